//! What a receiver's answer means.
//!
//! In: the answer, or why there was none. Out: whether it is delivered, to be tried again, or
//! the receiver is gone.
//! Never: a redirect taken for an answer; whoever moves says so by a change of the webhook.

use super::schedule::{Failed, Jitter, wait};
use crate::outward::{OutwardError, Reply};
use bedside_signaling_api::webhook::Attempt;
use hyper::StatusCode;
use hyper::header::RETRY_AFTER;
use jiff::fmt::rfc2822;
use jiff::{SignedDuration, Timestamp};

/// What becomes of a delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// The receiver has it.
    Delivered,
    /// The receiver is gone for good, and wants nothing more.
    Gone,
    /// It is tried again at that time.
    Retry(Timestamp),
    /// It is not tried again.
    GivenUp,
}

impl Verdict {
    /// Every result by its name, for the operator's counters.
    pub(crate) const NAMES: [&'static str; 4] = ["delivered", "gone", "retry", "given_up"];

    /// Its name.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Delivered => "delivered",
            Self::Gone => "gone",
            Self::Retry(_) => "retry",
            Self::GivenUp => "given_up",
        }
    }
}

/// A message on its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Underway {
    /// How often it was tried before.
    pub(crate) tries: u32,
    /// Since when its schedule runs: it happened, was asked for again, or its endpoint was enabled.
    pub(crate) since: Timestamp,
}

/// What an answer makes of a delivery.
pub(crate) fn judge(
    underway: Underway,
    answer: &Result<Reply, OutwardError>,
    now: Timestamp,
    jitter: Jitter,
) -> Verdict {
    let asked = match answer {
        Ok(reply) if reply.status.is_success() => return Verdict::Delivered,
        Ok(reply) if reply.status == StatusCode::GONE => return Verdict::Gone,
        Ok(reply) => retry_after(reply, now),
        Err(_) => None,
    };
    let age = now.duration_since(underway.since);
    let failed = Failed { tries: underway.tries.saturating_add(1), age, asked };
    match wait(failed, jitter).and_then(|wait| now.checked_add(wait).ok()) {
        Some(at) => Verdict::Retry(at),
        None => Verdict::GivenUp,
    }
}

/// What is kept of an attempt.
pub(crate) fn attempt(
    answer: &Result<Reply, OutwardError>,
    (began, ended): (Timestamp, Timestamp),
) -> Attempt {
    let took = ended.duration_since(began).as_millis();
    Attempt {
        at: began,
        took_ms: u32::try_from(took).unwrap_or_default(),
        status: answer.as_ref().ok().map(|reply| reply.status.as_u16()),
        error: answer.as_ref().err().map(|error| error.code().to_owned()),
    }
}

/// How long the receiver asks us to wait: seconds, or a date.
fn retry_after(reply: &Reply, now: Timestamp) -> Option<SignedDuration> {
    let text = reply.headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = text.parse::<u32>() {
        return Some(SignedDuration::from_secs(seconds.into()));
    }
    let at = rfc2822::DateTimeParser::new().parse_timestamp(text).ok()?;
    Some(at.duration_since(now).max(SignedDuration::ZERO))
}

#[cfg(test)]
mod tests {
    use super::{Underway, Verdict, attempt, judge};
    use crate::outward::{OutwardError, Reply};
    use crate::webhook::schedule::Jitter;
    use axum::body::Bytes;
    use hyper::StatusCode;
    use hyper::header::{HeaderMap, HeaderValue, RETRY_AFTER};
    use jiff::{SignedDuration, Timestamp};

    const TRIES_MAX: u32 = 10;

    fn now() -> Timestamp {
        "2026-12-01T12:00:00Z".parse().unwrap()
    }

    fn answer(status: u16, retry_after: Option<&'static str>) -> Result<Reply, OutwardError> {
        let mut headers = HeaderMap::new();
        if let Some(text) = retry_after {
            headers.insert(RETRY_AFTER, HeaderValue::from_static(text));
        }
        let status = StatusCode::from_u16(status).unwrap();
        Ok(Reply { status, headers, body: Bytes::new() })
    }

    fn verdict(tries: u32, answer: &Result<Reply, OutwardError>) -> Verdict {
        judge(Underway { tries, since: now() }, answer, now(), Jitter(0))
    }

    fn later(seconds: i64) -> Verdict {
        Verdict::Retry(now() + SignedDuration::from_secs(seconds))
    }

    #[test]
    fn only_2xx_is_delivered() {
        for status in [200, 201, 202, 204, 299] {
            assert_eq!(verdict(0, &answer(status, None)), Verdict::Delivered);
        }
        for status in [301, 302, 307, 400, 401, 404, 409, 429, 500, 503, 599] {
            assert_eq!(verdict(0, &answer(status, None)), later(5), "{status}");
        }
        assert_eq!(verdict(0, &Err(OutwardError::Late)), later(5));
        assert_eq!(verdict(0, &Err(OutwardError::Private)), later(5));
    }

    #[test]
    fn gone_is_gone_at_once() {
        assert_eq!(verdict(0, &answer(410, None)), Verdict::Gone);
        assert_eq!(verdict(9, &answer(410, Some("5"))), Verdict::Gone);
    }

    #[test]
    fn the_last_attempt_is_the_last() {
        assert_eq!(verdict(TRIES_MAX - 2, &answer(500, None)), later(24 * 3600));
        assert_eq!(verdict(TRIES_MAX - 1, &answer(500, None)), Verdict::GivenUp);
        assert_eq!(verdict(TRIES_MAX - 1, &answer(200, None)), Verdict::Delivered);
    }

    #[test]
    fn retry_after_is_heard_in_seconds_and_as_a_date() {
        assert_eq!(verdict(0, &answer(429, Some("120"))), later(120));
        let date = "Tue, 01 Dec 2026 12:10:00 GMT";
        assert_eq!(verdict(0, &answer(503, Some(date))), later(600));
        let past = "Tue, 01 Dec 2026 11:00:00 GMT";
        assert_eq!(verdict(0, &answer(503, Some(past))), later(5));
        assert_eq!(verdict(0, &answer(503, Some("soon"))), later(5));
        assert_eq!(verdict(0, &answer(503, Some("-5"))), later(5));
    }

    #[test]
    fn an_attempt_says_the_status_or_why_there_is_none() {
        let ended = now() + SignedDuration::from_millis(42);
        let seen = attempt(&answer(503, None), (now(), ended));
        assert_eq!((seen.status, seen.error, seen.took_ms), (Some(503), None, 42));
        let seen = attempt(&Err(OutwardError::Late), (now(), ended));
        assert_eq!((seen.status, seen.error.as_deref()), (None, Some("timeout")));
        let seen = attempt(&answer(200, None), (ended, now()));
        assert_eq!(seen.took_ms, 0, "the clock was set back");
    }
}
