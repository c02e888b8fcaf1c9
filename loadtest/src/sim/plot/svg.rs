//! Panels over one axis of time, as SVG.
//!
//! In: points in the units of their panel. Out: text.
//! Never: knows what is drawn.

use std::fmt::Write as _;

const WIDTH: f64 = 960.0;
const LEFT: f64 = 72.0;
const RIGHT: f64 = 16.0;
const HEAD: f64 = 74.0;
const PANEL: f64 = 120.0;
const GAP: f64 = 26.0;
const BAND: f64 = 20.0;
const FOOT: f64 = 34.0;
/// From a mark on the axis of time to the next, in seconds: the first with which they are few.
const TICKS: [f64; 6] = [10.0, 30.0, 60.0, 300.0, 600.0, 3_600.0];
const MARKS_MAX: f64 = 16.0;

const STYLE: &str = "\
svg{font:12px system-ui,sans-serif;background:#fff;color:#1c2430}\
text{fill:currentColor}.h{font-size:16px;font-weight:600}.s{fill:#5b6675}\
.grid{stroke:#e3e7ec}.edge{stroke:#b8c0ca;fill:none}.mark{stroke:#c2410c;stroke-dasharray:4 3}\
path{fill:none}.d{stroke-width:2px;stroke-linecap:round}.c-line{fill:#e8eef6;stroke:#8ba3c3}.c-got{stroke:#0f766e;stroke-width:1.5}\
.c-estimate{stroke:#c2410c;stroke-width:1.5}.c-queue{fill:#fde7d3;stroke:#c2410c}\
.c-voice{stroke:#0f766e}.c-late{stroke:#d97706}.c-lost{stroke:#b91c1c}\
.c-low{stroke:#8ba3c3}.c-middle{stroke:#3f6ea8}.c-high{stroke:#1e3a6e}\
.b-none{fill:#b91c1c}.b-still{fill:#d97706}.b-slow{fill:#e0b04c}.b-half{fill:#9bb8a5}.b-full{fill:#4d8f6b}\
.b{font-size:11px;fill:#fff}\
@media(prefers-color-scheme:dark){svg{background:#12161c;color:#e5e9ef}.s{fill:#9aa5b3}\
.grid{stroke:#262d37}.edge{stroke:#465160}.c-line{fill:#1d2836}.c-queue{fill:#3a2413}\
.c-high{stroke:#a9c4ee}.c-got{stroke:#2dd4bf}.c-voice{stroke:#2dd4bf}}";

/// The upright axis of a panel; it begins at zero.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Axis {
    pub(crate) title: &'static str,
    pub(crate) top: f64,
}

impl Axis {
    /// An axis with room for this value, that ends at a number easy to read.
    pub(crate) fn over(title: &'static str, value: f64) -> Self {
        let mut unit = 10.0;
        let steps = [1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0];
        loop {
            if let Some(step) = steps.into_iter().find(|step| step * unit >= value) {
                return Self { title, top: step * unit };
            }
            unit *= 10.0;
        }
    }
}

/// A span with a word in it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Band {
    pub(crate) from: f64,
    pub(crate) until: f64,
    pub(crate) class: &'static str,
    pub(crate) label: String,
}

#[derive(Debug, Clone, Copy)]
enum Shape {
    Line,
    Area,
    Dots,
}

#[derive(Debug)]
struct Series {
    shape: Shape,
    class: &'static str,
    name: &'static str,
    points: Vec<(f64, f64)>,
}

/// What is drawn over one upright axis.
#[derive(Debug)]
pub(crate) struct Panel {
    axis: Axis,
    series: Vec<Series>,
    mark: Option<f64>,
}

impl Panel {
    pub(crate) const fn new(axis: Axis) -> Self {
        Self { axis, series: Vec::new(), mark: None }
    }

    pub(crate) fn line(
        self,
        class: &'static str,
        name: &'static str,
        points: &[(f64, f64)],
    ) -> Self {
        self.with(Shape::Line, class, name, points)
    }

    pub(crate) fn area(
        self,
        class: &'static str,
        name: &'static str,
        points: &[(f64, f64)],
    ) -> Self {
        self.with(Shape::Area, class, name, points)
    }

    pub(crate) fn dots(
        self,
        class: &'static str,
        name: &'static str,
        points: &[(f64, f64)],
    ) -> Self {
        self.with(Shape::Dots, class, name, points)
    }

    /// A level that matters.
    pub(crate) const fn mark(mut self, at: f64) -> Self {
        self.mark = Some(at);
        self
    }

    fn with(
        mut self,
        shape: Shape,
        class: &'static str,
        name: &'static str,
        points: &[(f64, f64)],
    ) -> Self {
        self.series.push(Series { shape, class, name, points: points.to_vec() });
        self
    }
}

/// A drawing that grows downwards.
#[derive(Debug)]
pub(crate) struct Svg {
    head: String,
    body: String,
    y: f64,
    seconds: f64,
    label: fn(f64) -> String,
}

impl Svg {
    pub(crate) fn new(title: &str, about: &str, seconds: f64) -> Self {
        let head = format!(
            "<text class=\"h\" x=\"{LEFT}\" y=\"24\">{}</text>\n\
             <text class=\"s\" x=\"{LEFT}\" y=\"42\">{}</text>\n",
            escaped(title),
            escaped(about)
        );
        Self {
            head,
            body: String::new(),
            y: HEAD,
            seconds: seconds.max(1.0),
            label: |at| format!("{at:.0} s"),
        }
    }

    /// What stands at a mark of the axis across, where that is not time.
    pub(super) fn labelled(self, label: fn(f64) -> String) -> Self {
        Self { label, ..self }
    }

    fn x(&self, at: f64) -> f64 {
        LEFT + (WIDTH - LEFT - RIGHT) * (at / self.seconds).clamp(0.0, 1.0)
    }

    pub(crate) fn panel(&mut self, panel: Panel) {
        let Panel { axis, series, mark } = panel;
        let bottom = self.y + PANEL;
        let y = |value: f64| bottom - PANEL * (value / axis.top).clamp(0.0, 1.0);
        let right = WIDTH - RIGHT;
        self.grid(bottom);
        for share in [0.0, 0.5, 1.0] {
            let (value, at) = (axis.top * share, y(axis.top * share));
            let _ = writeln!(
                self.body,
                "<text class=\"s\" text-anchor=\"end\" x=\"{:.0}\" y=\"{:.1}\">{value:.0}</text>",
                LEFT - 6.0,
                at + 4.0
            );
        }
        for series in &series {
            self.series(series, y, bottom);
        }
        if let Some(mark) = mark {
            let at = y(mark);
            let _ = writeln!(self.body, "<path class=\"mark\" d=\"M{LEFT} {at:.1}H{right}\"/>");
        }
        self.legend(axis.title, &series);
        self.y = bottom + GAP;
    }

    fn grid(&mut self, bottom: f64) {
        let mut at = 0.0;
        while at <= self.seconds {
            let x = self.x(at);
            let top = bottom - PANEL;
            let _ =
                writeln!(self.body, "<path class=\"grid\" d=\"M{x:.1} {top:.1}V{bottom:.1}\"/>");
            at += tick(self.seconds);
        }
        let (top, width) = (bottom - PANEL, WIDTH - LEFT - RIGHT);
        let _ = writeln!(
            self.body,
            "<rect class=\"edge\" x=\"{LEFT}\" y=\"{top:.1}\" width=\"{width}\" height=\"{PANEL}\"/>"
        );
    }

    fn series(&mut self, series: &Series, y: impl Fn(f64) -> f64, bottom: f64) {
        let class = series.class;
        let points = series.points.iter().map(|(at, value)| (self.x(*at), y(*value)));
        let points: Vec<(f64, f64)> = points.collect();
        let (Some(first), Some(last)) = (points.first(), points.last()) else { return };
        let mut path = String::new();
        match series.shape {
            Shape::Dots => {
                let mut last = String::new();
                for (x, y) in &points {
                    let dot = format!("M{x:.1} {y:.1}h0");
                    if dot != last {
                        path.push_str(&dot);
                    }
                    last = dot;
                }
                let _ = writeln!(self.body, "<path class=\"d c-{class}\" d=\"{path}\"/>");
                return;
            }
            Shape::Line | Shape::Area => {
                for (index, (x, y)) in points.iter().enumerate() {
                    let _ = write!(path, "{}{x:.1} {y:.1}", if index == 0 { 'M' } else { 'L' });
                }
            }
        }
        if matches!(series.shape, Shape::Area) {
            let _ = write!(path, "L{:.1} {bottom:.1}L{:.1} {bottom:.1}Z", last.0, first.0);
        }
        let _ = writeln!(self.body, "<path class=\"c-{class}\" d=\"{path}\"/>");
    }

    fn legend(&mut self, title: &str, series: &[Series]) {
        let y = self.y - 7.0;
        let _ = writeln!(self.body, "<text x=\"{LEFT}\" y=\"{y:.1}\">{title}</text>");
        let mut x = LEFT + 110.0;
        for Series { shape, class, name, .. } in series {
            let sign = match shape {
                Shape::Dots => {
                    let (x, y) = (x + 8.0, y - 4.0);
                    format!(
                        "<path class=\"d c-{class}\" style=\"stroke-width:6px\" d=\"M{x:.1} {y:.1}h0\"/>"
                    )
                }
                Shape::Line | Shape::Area => {
                    format!("<path class=\"c-{class}\" d=\"M{x:.1} {:.1}h16v3h-16z\"/>", y - 6.0)
                }
            };
            let _ = writeln!(
                self.body,
                "{sign}<text class=\"s\" x=\"{:.1}\" y=\"{y:.1}\">{name}</text>",
                x + 22.0
            );
            // Letters of a sans serif of 12 pixels are about 6.5 wide.
            let letters = f64::from(u16::try_from(name.chars().count()).unwrap_or(u16::MAX));
            x += 40.0 + 6.5 * letters;
        }
    }

    pub(crate) fn band(&mut self, bands: Vec<Band>) {
        let y = self.y - 12.0;
        let _ = writeln!(
            self.body,
            "<text text-anchor=\"end\" x=\"{:.0}\" y=\"{:.1}\">decided</text>",
            LEFT - 6.0,
            y + 14.0
        );
        for Band { from, until, class, label } in bands {
            let (x, end) = (self.x(from), self.x(until));
            let width = (end - x).max(0.5);
            let _ = write!(
                self.body,
                "<rect class=\"b-{class}\" x=\"{x:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"{BAND}\">\
                 <title>{label}, {from:.1}–{until:.1} s</title></rect>"
            );
            if width > 64.0 {
                let _ = write!(
                    self.body,
                    "<text class=\"b\" x=\"{:.1}\" y=\"{:.1}\">{label}</text>",
                    x + 5.0,
                    y + 14.0
                );
            }
            self.body.push('\n');
        }
        self.y = y + BAND + 6.0;
    }

    pub(crate) fn finish(mut self) -> String {
        let y = self.y + 12.0;
        let mut at = 0.0;
        while at <= self.seconds {
            let x = self.x(at);
            let _ = writeln!(
                self.body,
                "<text class=\"s\" text-anchor=\"middle\" x=\"{x:.1}\" y=\"{y:.1}\">{}</text>",
                (self.label)(at)
            );
            at += tick(self.seconds);
        }
        let height = self.y + FOOT;
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height:.0}\" \
             width=\"{WIDTH}\" height=\"{height:.0}\">\n<style>{STYLE}</style>\n{}{}</svg>\n",
            self.head, self.body
        )
    }
}

fn tick(seconds: f64) -> f64 {
    let few = TICKS.into_iter().find(|tick| seconds / tick <= MARKS_MAX);
    few.unwrap_or(MARKS_MAX * 3_600.0)
}

pub(crate) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
