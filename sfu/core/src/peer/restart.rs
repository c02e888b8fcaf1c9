//! Another way to a client on the connection it has (RFC 8445 section 9, RFC 8839 section 4.4.1).
//!
//! In: the client's new credentials. Out: ours. Keys, streams and numbers stay as they are, and
//! media flows the old way until the new one is found.
//! Never: reads a second offer; the first is read again with the new credentials in it, so that a
//! client changes nothing else.

use super::{Peer, PeerFault, release};
use bedside_sfu_api::IceCredentials;
use std::panic::{AssertUnwindSafe, catch_unwind};
use str0m::RtcError;
use str0m::change::SdpOffer;

impl Peer {
    /// From now on checks go by `theirs` and by what is returned. Should it fail, this peer is of
    /// no use any more.
    pub(crate) fn restart_ice(
        &mut self,
        theirs: &IceCredentials,
    ) -> Result<IceCredentials, PeerFault> {
        // An offer that was answered once may still break the library when it is read again.
        let read = catch_unwind(AssertUnwindSafe(|| {
            let offer = SdpOffer::from_sdp_string(&renewed(self.offer.lines(), theirs))?;
            self.rtc.sdp_api().accept_offer(offer)
        }));
        let broke = || Err(RtcError::RemoteSdp("the offer broke the library".to_owned()));
        read.unwrap_or_else(|_| broke())
            .map_err(|source| PeerFault { operation: "ICE restart", source })?;
        release(&mut self.rtc, &self.agreement.lines);
        let ours = self.rtc.direct_api().local_ice_credentials();
        self.restarting = true;
        self.drain()?;
        self.ufrag.clone_from(&ours.ufrag);
        let ours = IceCredentials::new(ours.ufrag, ours.pass);
        Ok(ours.expect("the library draws letters and digits, enough of them"))
    }
}

/// The offer with these credentials on every line. Where the client was reached before is left
/// out; its checks will tell where it is.
fn renewed<'a>(offer: impl Iterator<Item = &'a str>, theirs: &IceCredentials) -> String {
    let mut renewed = String::new();
    for line in offer {
        if line.starts_with("a=candidate:") || line == "a=end-of-candidates" {
            continue;
        }
        let (name, value) = match line.split_once(':') {
            Some(("a=ice-ufrag", _)) => ("a=ice-ufrag:", theirs.ufrag()),
            Some(("a=ice-pwd", _)) => ("a=ice-pwd:", theirs.password()),
            _ => (line, ""),
        };
        renewed.extend([name, value, "\r\n"]);
    }
    renewed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_offer_differs_in_its_credentials_alone() {
        let offer = include_str!("../shard/offer.sdp");
        let theirs = IceCredentials::new("neWe".to_owned(), "x".repeat(24)).unwrap();
        let renewed = renewed(offer.lines(), &theirs);
        let kept = |sdp: &str| -> Vec<String> {
            let lines = sdp.lines().map(str::to_owned);
            lines.filter(|l| !l.starts_with("a=ice-ufrag") && !l.starts_with("a=ice-pwd")).collect()
        };
        assert_eq!(kept(&renewed), kept(offer));
        let media = offer.lines().filter(|line| line.starts_with("m=")).count();
        assert_eq!(renewed.matches("a=ice-ufrag:neWe\r\n").count(), media);
        assert_eq!(renewed.matches("a=ice-pwd:xxxxxxxxxxxxxxxxxxxxxxxx\r\n").count(), media);
        assert_eq!(renewed.matches("a=ice-").count(), offer.matches("a=ice-").count());
    }
}
