//! What the server says when it is ready.
//!
//! In: where it listens; with `--dev` a visit and a key. Out: lines for a person.
//! Never: more than fits on a screen.

use crate::output;
use bedside_signaling::DevVisit;
use std::net::SocketAddr;

/// Where the server listens.
#[derive(Debug)]
pub(super) struct Place {
    /// What people's browsers see.
    pub(super) public_url: String,
    /// The API and the pages.
    pub(super) http: SocketAddr,
    /// Metrics and health.
    pub(super) metrics: SocketAddr,
}

/// Links to click, a key, and a command to try the API with.
pub(super) fn to_a_developer(place: &Place, visit: &DevVisit) -> String {
    let links: Vec<Vec<String>> = visit
        .links
        .iter()
        .map(|link| {
            vec![format!("  {}", link.role.name()), link.display_name.clone(), link.url.clone()]
        })
        .collect();
    let Place { public_url, metrics, .. } = place;
    let places = [
        ["  API key", &visit.api_key],
        ["  API docs", &format!("{public_url}/docs")],
        ["  Metrics", &format!("http://{metrics}/metrics")],
    ];
    let places: Vec<Vec<String>> = places.map(|row| row.map(str::to_owned).to_vec()).to_vec();
    format!(
        "\nA visit is ready. Open each link in a tab or on a device of its own:\n\n{}\n\n{}\n\n  \
         curl -H 'Authorization: Bearer {}' {public_url}/v1/visits\n\nPress Ctrl-C to stop.\n",
        output::table(&links),
        output::table(&places),
        visit.api_key,
    )
}

/// Where it listens, and what is still missing.
pub(super) fn to_an_operator(place: &Place, has_key: bool) -> String {
    let Place { public_url, http, metrics } = place;
    let mut lines = format!(
        "Bedside listens on {http}; people open {public_url}.\nMetrics and health: http://{metrics}"
    );
    if !has_key {
        lines.push_str(
            "\nNobody can schedule yet. Make an API key: bedside keys create --name clinic",
        );
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::{Place, to_a_developer, to_an_operator};
    use bedside_signaling::{DevLink, DevVisit};
    use bedside_signaling_api::role::Role;

    fn place() -> Place {
        Place {
            public_url: "http://localhost:8080".to_owned(),
            http: "127.0.0.1:8080".parse().expect("an address"),
            metrics: "127.0.0.1:9464".parse().expect("an address"),
        }
    }

    #[test]
    fn links_stand_in_one_column() {
        let link = |role, name: &str| DevLink {
            role,
            display_name: name.to_owned(),
            url: "http://localhost:8080/j#x.y".to_owned(),
        };
        let visit = DevVisit {
            api_key: "vk_x_y".to_owned(),
            links: vec![link(Role::Patient, "Maria"), link(Role::Clinician, "Dr. Osei")],
            starts_at: "2026-12-01T09:30:00Z".parse().expect("a time"),
        };
        let told = to_a_developer(&place(), &visit);
        let columns: Vec<Option<usize>> = told
            .lines()
            .filter(|line| line.contains("/j#"))
            .map(|line| line.find("http"))
            .collect();
        assert_eq!(columns, [Some(23), Some(23)], "{told}");
        assert!(told.contains("http://localhost:8080/docs"));
        assert!(told.contains("http://127.0.0.1:9464/metrics"));
        assert!(told.ends_with("Press Ctrl-C to stop.\n"));
    }

    #[test]
    fn without_a_key_it_says_how_to_make_one() {
        assert!(to_an_operator(&place(), false).contains("bedside keys create"));
        assert!(!to_an_operator(&place(), true).contains("bedside keys create"));
    }
}
