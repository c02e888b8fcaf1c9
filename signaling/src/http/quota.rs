//! How often one address may do something: a token bucket each.
//!
//! In: an address and the time. Out: yes, or how long to wait.
//! Never: reads a clock; grows without limit, however many addresses come.

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::time::{Duration, Instant};

/// How large a bucket is and how fast it fills.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Limit {
    /// How many at once.
    pub(crate) burst: u32,
    /// How many a second after that.
    pub(crate) per_second: u32,
}

/// Links that open nothing. Guessing a secret of 256 bits is hopeless at any rate, so this only
/// makes a flood of guesses slow and seen. A link that is right opens whatever its neighbours
/// do: else one stranger behind the same address could keep a whole clinic out.
pub(crate) const LINK_QUOTA: Limit = Limit { burst: 100, per_second: 5 };

/// Most addresses remembered. A full table forgets those whose bucket is full again, and then
/// the emptiest grudge is not worth the memory: it starts over.
const ADDRESSES_MAX: usize = 10_000;

/// The buckets of every address that came lately.
#[derive(Debug)]
pub(crate) struct Quota {
    limit: Limit,
    bucket_by_address: BTreeMap<IpAddr, Bucket>,
}

/// Tokens in thousandths, so that a slow fill loses nothing to rounding.
#[derive(Debug, Clone, Copy)]
struct Bucket {
    milli_tokens: u64,
    at: Instant,
}

impl Quota {
    pub(crate) const fn new(limit: Limit) -> Self {
        Self { limit, bucket_by_address: BTreeMap::new() }
    }

    /// Takes one token, or tells how long until there is one.
    pub(crate) fn take(&mut self, address: IpAddr, now: Instant) -> Result<(), Duration> {
        let address = neighbourhood(address);
        self.make_room(address, now);
        let limit = self.limit;
        let full = Bucket { milli_tokens: u64::from(limit.burst) * 1_000, at: now };
        let bucket = self.bucket_by_address.entry(address).or_insert(full);
        *bucket = bucket.filled(limit, now);
        match bucket.milli_tokens.checked_sub(1_000) {
            Some(left) => {
                bucket.milli_tokens = left;
                Ok(())
            }
            None => {
                let missing = 1_000 - bucket.milli_tokens;
                Err(Duration::from_millis(missing.div_ceil(u64::from(limit.per_second.max(1)))))
            }
        }
    }

    fn make_room(&mut self, address: IpAddr, now: Instant) {
        let known = self.bucket_by_address.contains_key(&address);
        if known || self.bucket_by_address.len() < ADDRESSES_MAX {
            return;
        }
        let limit = self.limit;
        let full = u64::from(limit.burst) * 1_000;
        self.bucket_by_address.retain(|_, bucket| bucket.filled(limit, now).milli_tokens < full);
        if self.bucket_by_address.len() >= ADDRESSES_MAX {
            self.bucket_by_address.clear();
        }
    }
}

impl Bucket {
    fn filled(self, limit: Limit, now: Instant) -> Self {
        let elapsed = now.saturating_duration_since(self.at).as_millis();
        let elapsed = u64::try_from(elapsed).unwrap_or(u64::MAX);
        // Tokens a second are thousandths a millisecond.
        let gained = elapsed.saturating_mul(u64::from(limit.per_second));
        let full = u64::from(limit.burst) * 1_000;
        Self { milli_tokens: self.milli_tokens.saturating_add(gained).min(full), at: now }
    }
}

/// A household has one IPv4 address, or a whole /64 of IPv6.
fn neighbourhood(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(v4) => IpAddr::V4(v4),
        IpAddr::V6(v6) => {
            const NETWORK: u128 = !(u64::MAX as u128);
            IpAddr::V6((v6.to_bits() & NETWORK).into())
        }
    }
}
