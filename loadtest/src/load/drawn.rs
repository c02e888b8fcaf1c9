//! The report as a page: numbers in a table, each second in drawings.
//!
//! In: a report. Out: one HTML file that stands by itself, in light and in dark.
//! Never: anything from another host.

use super::report::{Moment, Report, Row};
use crate::sim::plot::svg::{Axis, Panel, Svg, escaped};
use std::fmt::Write as _;

const STYLE: &str = "\
body{font:15px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;\
color:#1c2430;background:#fff}table{border-collapse:collapse;width:100%;margin:1rem 0}\
td,th{padding:.25rem .6rem;text-align:left;border-bottom:1px solid #e3e7ec}\
td.n{text-align:right;font-variant-numeric:tabular-nums}.no{color:#b91c1c;font-weight:600}\
svg{max-width:100%;height:auto}\
@media(prefers-color-scheme:dark){body{color:#e5e9ef;background:#12161c}\
td,th{border-color:#262d37}.no{color:#f87171}}";

/// The page.
pub(crate) fn page(report: &Report) -> String {
    let mut page = format!(
        "<!doctype html>\n<html lang=\"en\"><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width\">\
         <title>Bedside load test</title><style>{STYLE}</style>\n<h1>Load test</h1>\n<p>{}{}</p>\n",
        escaped(&report.about),
        if report.cut_short { " Stopped before its end." } else { "" },
    );
    page.push_str("<table><tr><th>what<th>measured<th><th>goal<th>holds</tr>\n");
    report.rows.iter().for_each(|row| write_row(&mut page, row));
    page.push_str("</table>\n");
    if !report.times_by_trouble.is_empty() {
        page.push_str("<h2>What went wrong</h2>\n<ul>\n");
        for (words, times) in &report.times_by_trouble {
            let _ = writeln!(page, "<li>{times} × {}", escaped(words));
        }
        page.push_str("</ul>\n");
    }
    page.push_str(&drawing(report));
    page.push_str("</html>\n");
    page
}

fn write_row(page: &mut String, row: &Row) {
    let value = row.value.map_or_else(|| "–".to_owned(), |value| format!("{value}"));
    let goal = row.goal.as_deref().map(escaped).unwrap_or_default();
    let holds = match (row.goal.is_some(), row.pass) {
        (false, _) => "<td>",
        (true, true) => "<td>yes",
        (true, false) => "<td class=\"no\">no",
    };
    let _ = writeln!(
        page,
        "<tr><td>{}<td class=\"n\">{value}<td>{}<td>{goal}{holds}</tr>",
        escaped(row.name),
        row.unit
    );
}

fn drawing(report: &Report) -> String {
    let moments = &report.seconds;
    let lasts = moments.last().map_or(1.0, |last| last.at);
    let mut svg = Svg::new("Second by second", "", lasts);
    let of = |value: fn(&Moment) -> Option<f64>| -> Vec<(f64, f64)> {
        moments.iter().filter_map(|moment| Some((moment.at, value(moment)?))).collect()
    };
    let people = of(|moment| Some(number(moment.people)));
    svg.panel(Panel::new(over("people", &people)).area("line", "connected", &people));
    let packets = of(|moment| Some(number(moment.forwarded)));
    svg.panel(Panel::new(over("packets/s", &packets)).line("got", "forwarded", &packets));
    let (p50, p99) = (of(|moment| moment.latency_p50_ms), of(|moment| moment.latency_p99_ms));
    let axis = over("through, ms", &p99);
    svg.panel(Panel::new(axis).line("estimate", "p99", &p99).line("got", "p50", &p50));
    let concealed = of(|moment| moment.concealed_percent);
    let freezes = of(|moment| Some(number(moment.freezes)));
    let axis = over("felt", &[concealed.clone(), freezes.clone()].concat());
    let panel = Panel::new(axis).area("queue", "voices made up, %", &concealed);
    svg.panel(panel.dots("lost", "freezes", &freezes));
    let cores = of(|moment| moment.cores.map(|cores| 100.0 * cores));
    svg.panel(Panel::new(over("CPU, %", &cores)).line("got", "of a core, the server", &cores));
    let rss = of(|moment| moment.rss_mib);
    svg.panel(Panel::new(over("memory, MiB", &rss)).area("line", "the server", &rss));
    let files = of(|moment| moment.open_files.map(number));
    let threads = of(|moment| moment.threads.map(number));
    let panel = Panel::new(over("left open", &files)).line("got", "files and sockets", &files);
    svg.panel(panel.line("estimate", "threads", &threads));
    svg.finish()
}

fn over(title: &'static str, points: &[(f64, f64)]) -> Axis {
    Axis::over(title, points.iter().map(|(_, value)| *value).fold(1.0, f64::max))
}

fn number(number: u64) -> f64 {
    f64::from(u32::try_from(number).unwrap_or(u32::MAX))
}
