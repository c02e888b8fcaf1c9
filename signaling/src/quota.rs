//! How often one of many may do something: a token bucket each.
//!
//! In: who (a key, an address) and the time. Out: how much is left, or how long to wait.
//! Never: reads a clock; grows without limit, however many come; one slowed by another.

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

/// How large a bucket is and how fast it fills.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Limit {
    /// How many at once.
    pub(crate) burst: u32,
    /// How many a second after that.
    pub(crate) per_second: u32,
}

/// Most remembered at once. A full table forgets those whose bucket is full again, and then
/// the emptiest grudge is not worth the memory: it starts over.
const BUCKETS_MAX: usize = 10_000;

/// What is left after one more was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Left {
    /// How many may follow at once.
    pub(crate) tokens: u32,
    /// Until there is one more, or the bucket is full.
    pub(crate) next: Duration,
}

/// The buckets of all that came lately.
#[derive(Debug)]
pub(crate) struct Quota<K> {
    limit: Limit,
    bucket_by_who: BTreeMap<K, Bucket>,
}

/// Tokens in thousandths, so that a slow fill loses nothing to rounding.
#[derive(Debug, Clone, Copy)]
struct Bucket {
    milli_tokens: u64,
    at: Instant,
}

impl<K: Ord> Quota<K> {
    pub(crate) const fn new(limit: Limit) -> Self {
        Self { limit, bucket_by_who: BTreeMap::new() }
    }

    /// How large each bucket is.
    pub(crate) const fn limit(&self) -> Limit {
        self.limit
    }

    /// Takes one token, or tells how long until there is one.
    pub(crate) fn take(&mut self, who: K, now: Instant) -> Result<Left, Duration> {
        self.make_room(&who, now);
        let limit = self.limit;
        let full = Bucket { milli_tokens: limit.full(), at: now };
        let bucket = self.bucket_by_who.entry(who).or_insert(full);
        *bucket = bucket.filled(limit, now);
        let Some(left) = bucket.milli_tokens.checked_sub(1_000) else {
            return Err(limit.time_for(1_000 - bucket.milli_tokens));
        };
        bucket.milli_tokens = left;
        let missing = (1_000 - left % 1_000).min(limit.full() - left);
        let tokens = u32::try_from(left / 1_000).unwrap_or(u32::MAX);
        Ok(Left { tokens, next: limit.time_for(missing) })
    }

    fn make_room(&mut self, who: &K, now: Instant) {
        if self.bucket_by_who.len() < BUCKETS_MAX || self.bucket_by_who.contains_key(who) {
            return;
        }
        let limit = self.limit;
        self.bucket_by_who
            .retain(|_, bucket| bucket.filled(limit, now).milli_tokens < limit.full());
        if self.bucket_by_who.len() >= BUCKETS_MAX {
            self.bucket_by_who.clear();
        }
    }
}

impl Limit {
    /// A full bucket, in thousandths.
    fn full(self) -> u64 {
        u64::from(self.burst) * 1_000
    }

    /// How long so many thousandths take to come. Tokens a second are thousandths a
    /// millisecond.
    fn time_for(self, milli_tokens: u64) -> Duration {
        Duration::from_millis(milli_tokens.div_ceil(u64::from(self.per_second.max(1))))
    }
}

impl Bucket {
    fn filled(self, limit: Limit, now: Instant) -> Self {
        let elapsed = now.saturating_duration_since(self.at).as_millis();
        let elapsed = u64::try_from(elapsed).unwrap_or(u64::MAX);
        let gained = elapsed.saturating_mul(u64::from(limit.per_second));
        Self { milli_tokens: self.milli_tokens.saturating_add(gained).min(limit.full()), at: now }
    }
}
