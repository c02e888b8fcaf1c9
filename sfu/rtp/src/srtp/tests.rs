//! Proves it against the examples of the RFCs and of libsrtp, and that nothing forged or replayed
//! gets in.

use super::cipher::{counter, derive, turn};
use super::*;
use crate::header::{self, ExtensionMap, Header};
use ::bytes::BytesMut;
use proptest::prelude::*;

const SUITES: [Suite; 3] = [Suite::AeadAes256Gcm, Suite::AeadAes128Gcm, Suite::Aes128CmHmacSha1_80];

fn hex(text: &str) -> Vec<u8> {
    let digits: Vec<u8> = text.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect();
    let byte = |two: &[u8]| u8::from_str_radix(std::str::from_utf8(two).unwrap(), 16).unwrap();
    digits.chunks(2).map(byte).collect()
}

fn pair(suite: Suite) -> (Sealer, Opener) {
    let material: Vec<u8> = (1..).take(suite.material_len()).collect();
    let keys = MasterKeys::from_exporter(suite, &material).unwrap();
    (Sealer::new(&keys.client), Opener::new(&keys.client))
}

fn packet(ssrc: u32, seq: u16, payload: &[u8]) -> (BytesMut, usize) {
    let mut out = BytesMut::new();
    let header = Header { payload_type: 96, marker: false, seq, timestamp: 9, ssrc };
    let length = header::write(&mut out, &header, &ExtensionMap::default(), &Default::default());
    out.extend(payload);
    (out, length)
}

fn sealed(sealer: &mut Sealer, ssrc: u32, index: u64, payload: &[u8]) -> Vec<u8> {
    let (mut packet, length) = packet(ssrc, crate::bytes::low_16(index), payload);
    sealer.seal_rtp(&mut packet, length, index).unwrap();
    packet.into()
}

/// RFC 7714 sections 16 and 17.
#[test]
fn gcm_is_that_of_the_rfc() {
    let media = hex(
        "8040f17b8041f8d35501a0b247616c6c696120657374206f6d6e69732064697669736120696e207061727465\
         732074726573",
    );
    let report = hex(
        "81c8000d4d6172734e5450314e545032525450200000042a0000e9304c756e61deadbeefdeadbeefdeadbeef\
         deadbeefdeadbeef",
    );
    let salt = hex("517569642070726f2071756f");
    let examples = [
        (
            Suite::AeadAes128Gcm,
            "8040f17b8041f8d35501a0b2f24de3a3fb34de6cacba861c9d7e4bcabe633bd50d294e6f42a5f47a51c7\
             d19b36de3adf8833899d7f27beb16a9152cf765ee4390cce",
            "81c8000d4d61727363e94885dcdab67ca727d7662f6b7e997ff5c0f76c06f32dc676a5f1730d6fda4ce0\
             9b4686303ded0bb9275bc84aa45896cf4d2fc5abf87245d9eade800005d4",
        ),
        (
            Suite::AeadAes256Gcm,
            "8040f17b8041f8d35501a0b232b1de78a822fe12ef9f78fa332e33aab18012389a58e2f3b50b2a0276ff\
             ae0f1ba63799b87b7aa3db36dfffd6b0f9bb7878d7a76c13",
            "81c8000d4d617273d50ae4d1f5ce5d304ba297e47d470c282c3ece5dbffe0a50a2eaa5c1110555be8415\
             f658c61de0476f1b6fad1d1eb30c4446839f57ff6f6cb26ac3be800005d4",
        ),
    ];
    for (suite, sealed_media, sealed_report) in examples {
        let key: Vec<u8> = (0..).take(suite.key_len()).collect();
        let mut sealer = Sealer::with_session(suite, &key, &salt, 0x5d4);
        let mut opener = Opener::with_session(suite, &key, &salt);
        let (mut first, mut second) = (BytesMut::from(&media[..]), report.clone());
        sealer.seal_rtp(&mut first, 12, 0xf17b).unwrap();
        sealer.seal_rtcp(&mut second).unwrap();
        assert_eq!(
            (&first.to_vec(), &second),
            (&hex(sealed_media), &hex(sealed_report)),
            "{suite:?}"
        );
        let opened = opener.open_rtp(&mut first).unwrap();
        assert_eq!((opened.index, opened.end()), (0xf17b, media.len()));
        assert_eq!(&first[..opened.end()], media);
        let length = opener.open_rtcp(&mut second).unwrap();
        assert_eq!(&second[..length], report);
    }
}

/// RFC 7714 section 17.2: reports that are only signed are nobody's we speak with.
#[test]
fn a_report_in_clear_is_refused() {
    let mut tagged = hex(
        "81c8000d4d6172734e5450314e545032525450200000042a0000e9304c756e61deadbeefdeadbeefdeadbeef\
         deadbeefdeadbeef841dd9683dd78ec92ae58790125f62b3000005d4",
    );
    let key: Vec<u8> = (0..16).collect();
    let salt = hex("517569642070726f2071756f");
    let mut opener = Opener::with_session(Suite::AeadAes128Gcm, &key, &salt);
    assert_eq!(opener.open_rtcp(&mut tagged), Err(Refused::Malformed));
}

/// RFC 3711 appendix B.2: the beginning and the places where the counter carries.
#[test]
fn counter_mode_is_that_of_the_rfc() {
    let key = counter(&hex("2B7E151628AED2A6ABF7158809CF4F3C"));
    let iv = hex("F0F1F2F3F4F5F6F7F8F9FAFBFCFD0000").try_into().unwrap();
    let mut stream = vec![0; 0xff02 * 16];
    turn(&key, iv, &mut stream);
    let block = |at: usize| stream[16 * at..][..16].to_vec();
    assert_eq!(block(0), hex("E03EAD0935C95E80E166B16DD92B4EB4"));
    assert_eq!(block(1), hex("D23513162B02D0F72A43A2FE4A5F97AB"));
    assert_eq!(block(2), hex("41E95B3BB0A2E8DD477901E4FCA894C0"));
    assert_eq!(block(0xfeff), hex("EC8CDF7398607CB0F2D21675EA9EA1E4"));
    assert_eq!(block(0xff00), hex("362B7C3C6773516318A077D7FC5073AE"));
    assert_eq!(block(0xff01), hex("6A2CC3787889374FBEB4C81B17BA6C44"));
}

/// RFC 3711 appendix B.3, and with a longer key RFC 6188 section 7.2.
#[test]
fn keys_are_derived_as_in_the_rfc() {
    let derived = |master: &MasterKey, label, length| {
        let mut out = vec![7; length];
        derive(master, label, &mut out);
        out
    };
    let master = MasterKey::new(
        Suite::Aes128CmHmacSha1_80,
        &hex("E1F97A0D3E018BE0D64FA32C06DE4139"),
        &hex("0EC675AD498AFEEBB6960B3AABE6"),
    )
    .unwrap();
    assert_eq!(derived(&master, 0, 16), hex("C61E7A93744F39EE10734AFE3FF7A087"));
    assert_eq!(derived(&master, 2, 14), hex("30CBBC08863D8C85D49DB34A9AE1"));
    assert_eq!(derived(&master, 1, 20), hex("CEBE321F6FF7716B6FD4AB49AF256A156D38BAA4"));
    let key = hex("f0f04914b513f2763a1b1fa130f10e2998f6f6e43e4309d1e622a0e332b9f1b6");
    let mut master = MasterKey::new(Suite::AeadAes256Gcm, &key, &[0; 12]).unwrap();
    master.salt = hex("3b04803de51ee7c96423ab5b78d2").try_into().unwrap();
    let session = hex("5ba1064e30ec51613cad926c5a28ef731ec7fb397f70a960653caf06554cd8c4");
    assert_eq!(derived(&master, 0, 32), session);
    assert_eq!(derived(&master, 2, 14), hex("fa31791685ca444a9e07c6c64e93"));
}

/// What libsrtp's own driver seals, from master keys.
#[test]
fn it_is_what_libsrtp_seals() {
    let examples = [
        (
            Suite::Aes128CmHmacSha1_80,
            "e1f97a0d3e018be0d64fa32c06de4139",
            "0ec675ad498afeebb6960b3aabe6",
            "800f1234decafbadcafebabe4e55dc4ce79978d88ca4d215949d2402b78d6acc99ea179b8dbb",
            "81c8000bcafebabe7128035be487b9bdbef89041f977a5a880000001993e08cd54d6c1230798",
        ),
        (
            Suite::AeadAes128Gcm,
            "000102030405060708090a0b0c0d0e0f",
            "a0a1a2a3a4a5a6a7a8a9aaab",
            "800f1234decafbadcafebabec5002ede04cfdd2eb91159e0880aa06ed2976826f796b201df3131a127e8a3\
             92",
            "81c8000bcafebabec98b8b5df0392a55852b6c21ac8e7025c52c6fbea2b3b446ea31123ba88ce61e800000\
             01",
        ),
    ];
    for (suite, key, salt, media, report) in examples {
        let master = MasterKey::new(suite, &hex(key), &hex(salt)).unwrap();
        let (mut sealer, mut opener) = (Sealer::new(&master), Opener::new(&master));
        let mut first =
            BytesMut::from(&hex("800f1234decafbadcafebabe abababababababababababababababab")[..]);
        sealer.seal_rtp(&mut first, 12, 0x1234).unwrap();
        assert_eq!(first, hex(media), "{suite:?}");
        let clear = hex("81c8000bcafebabe abababababababababababababababab");
        sealer.seal_rtcp(&mut clear.clone()).unwrap();
        let mut second = clear.clone();
        sealer.seal_rtcp(&mut second).unwrap();
        assert_eq!(second, hex(report), "{suite:?}");
        let length = opener.open_rtcp(&mut second).unwrap();
        assert_eq!(&second[..length], clear);
    }
}

#[test]
fn material_is_cut_as_the_rfc_says() {
    let suite = Suite::Aes128CmHmacSha1_80;
    let material: Vec<u8> = (0..60).collect();
    let keys = MasterKeys::from_exporter(suite, &material).unwrap();
    assert_eq!((keys.client.key[0], keys.server.key[0]), (0, 16));
    assert_eq!((keys.client.salt[0], keys.server.salt[0]), (32, 46));
    assert!(MasterKeys::from_exporter(suite, &material[..59]).is_none());
    assert!(MasterKey::new(suite, &[0; 16], &[0; 12]).is_none());
    assert_eq!([8, 7, 1].map(Suite::from_profile), SUITES.map(Some));
    assert!(!format!("{keys:?}").contains("15"), "keys are not shown");
}

#[test]
fn what_cannot_be_sealed_is_left_as_it_is() {
    let (mut sealer, _) = pair(Suite::AeadAes256Gcm);
    let (mut packet, length) = packet(1, 7, &[1, 2, 3]);
    let before = packet.clone();
    let wrong = [(length, 8), (11, 7), (packet.len() + 1, 7)];
    for (length, index) in wrong {
        assert_eq!(sealer.seal_rtp(&mut packet, length, index), Err(SealFault::Malformed));
    }
    assert_eq!(sealer.seal_rtp(&mut packet, length, 1 << 48), Err(SealFault::Exhausted));
    assert_eq!(packet, before);
    assert_eq!(sealer.seal_rtcp(&mut vec![0x80, 200, 0]), Err(SealFault::Malformed));
    let mut last = Sealer::with_session(Suite::AeadAes128Gcm, &[0; 16], &[0; 12], (1 << 31) - 1);
    assert_eq!(last.seal_rtcp(&mut hex("80c90001cafebabe")), Ok(()));
    assert_eq!(last.seal_rtcp(&mut hex("80c90001cafebabe")), Err(SealFault::Exhausted));
}

#[test]
fn what_is_not_authentic_leaves_no_trace() {
    for suite in SUITES {
        let (mut sealer, mut opener) = pair(suite);
        let good = sealed(&mut sealer, 1, 70, b"voice");
        for ssrc in 2..200_u32 {
            let mut forged = good.clone();
            forged[8..12].copy_from_slice(&ssrc.to_be_bytes());
            assert_eq!(opener.open_rtp(&mut forged), Err(Refused::Forged));
        }
        // A forged number far ahead would turn the count of turns over.
        let mut ahead = good.clone();
        ahead[2] = 0xff;
        assert_eq!(opener.open_rtp(&mut ahead), Err(Refused::Forged));
        assert_eq!(opener.streams(), (0, 0));
        assert!(opener.open_rtp(&mut good.clone()).is_ok());
        assert_eq!(opener.open_rtp(&mut good.clone()), Err(Refused::Replayed));
        assert_eq!(opener.streams(), (1, 0));
    }
}

#[test]
fn streams_are_remembered_up_to_a_number() {
    let (mut sealer, mut opener) = pair(Suite::AeadAes128Gcm);
    for ssrc in 0..200 {
        // One keeps on talking, and is kept.
        let index = u64::from(ssrc);
        assert!(opener.open_rtp(&mut sealed(&mut sealer, 999, index + (1 << 15), b"")).is_ok());
        assert!(opener.open_rtp(&mut sealed(&mut sealer, ssrc, 5, b"x")).is_ok());
        let mut report = hex("80c90001");
        report.extend(ssrc.to_be_bytes());
        sealer.seal_rtcp(&mut report).unwrap();
        assert_eq!(opener.open_rtcp(&mut report), Ok(8));
    }
    assert_eq!(opener.streams(), (64, 64));
    let mut again = sealed(&mut sealer, 999, 1 << 15, b"");
    assert_eq!(opener.open_rtp(&mut again), Err(Refused::Replayed));
}

#[test]
fn reports_are_opened_once() {
    for suite in SUITES {
        let (mut sealer, mut opener) = pair(suite);
        let mut report = hex("80c90001cafebabe 81ce0002 cafebabe 00000001");
        let clear = report.clone();
        sealer.seal_rtcp(&mut report).unwrap();
        for at in 0..report.len() {
            let mut forged = report.clone();
            forged[at] ^= 0x10;
            assert!(opener.open_rtcp(&mut forged).is_err(), "{suite:?} {at}");
        }
        let mut first = report.clone();
        let length = opener.open_rtcp(&mut first).unwrap();
        assert_eq!(&first[..length], clear);
        assert_eq!(opener.open_rtcp(&mut report), Err(Refused::Replayed));
    }
}

fn suite() -> impl Strategy<Value = Suite> {
    proptest::sample::select(SUITES.to_vec())
}

proptest! {
    /// In any order that a network makes, over the wrap, each packet is opened once.
    #[test]
    fn what_is_sealed_is_opened_once(
        suite in suite(), start in 0_u64..65_536, ssrc: u32,
        sizes in proptest::collection::vec((0_usize..300, 0_i64..90), 1..200),
    ) {
        let (mut sealer, mut opener) = pair(suite);
        let mut order: Vec<(i64, u64, usize)> = (0_i64..).zip(&sizes)
            .map(|(n, (size, late))| (n + late, start + 170 * u64::try_from(n).unwrap(), *size))
            .collect();
        // The first sets the count of turns; a stream whose second turn comes first is unreadable.
        order[0].0 = -1;
        order.sort_unstable();
        for &(_, index, size) in order.iter().filter(|(_, index, _)| *index < 1 << 48) {
            let payload = vec![index.to_be_bytes()[7]; size];
            let whole = sealed(&mut sealer, ssrc, index, &payload);
            let mut came = whole.clone();
            match opener.open_rtp(&mut came) {
                Ok(opened) => {
                    prop_assert_eq!((opened.index, opened.ssrc), (index, ssrc));
                    prop_assert_eq!(&came[opened.header_len..opened.end()], &payload);
                    prop_assert_eq!(opener.open_rtp(&mut whole.clone()), Err(Refused::Replayed));
                }
                Err(refused) => prop_assert_eq!(refused, Refused::TooOld),
            }
        }
    }

    #[test]
    fn any_flipped_bit_is_refused(
        suite in suite(), payload in proptest::collection::vec(any::<u8>(), 0..60),
        at: proptest::sample::Index, bit in 0_u8..8,
    ) {
        let (mut sealer, mut opener) = pair(suite);
        let mut whole = sealed(&mut sealer, 7, 300, &payload);
        let mut forged = whole.clone();
        let at = at.index(forged.len());
        forged[at] ^= 1 << bit;
        prop_assert!(opener.open_rtp(&mut forged).is_err());
        prop_assert_eq!(opener.streams(), (0, 0));
        prop_assert!(opener.open_rtp(&mut whole).is_ok());
    }

    #[test]
    fn any_bytes_are_survived(
        suite in suite(), bytes in proptest::collection::vec(any::<u8>(), 0..80), first: u8,
    ) {
        let (mut sealer, mut opener) = pair(suite);
        let mut bytes = bytes;
        for first in [first, 0x80, 0x9f] {
            if let Some(slot) = bytes.first_mut() { *slot = first; }
            prop_assert!(opener.open_rtp(&mut bytes.clone()).is_err());
            prop_assert!(opener.open_rtcp(&mut bytes.clone()).is_err());
            for header_len in 0..90 {
                let index = crate::bytes::u16_at(&bytes, 2).unwrap_or(0);
                let _ = sealer.seal_rtp(&mut BytesMut::from(&bytes[..]), header_len, index.into());
            }
            let _ = sealer.seal_rtcp(&mut bytes.clone());
        }
    }
}
