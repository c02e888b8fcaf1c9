//! Both stacks offer what is wanted, and take no nonsense.

use super::*;
use proptest::prelude::*;

proptest! {
    #[test]
    fn a_number_of_sixteen_bits_is_the_nearest(
        last in 0x8000_u64..1 << 40,
        off in -0x7fff_i64..0x7fff,
    ) {
        let next = last.checked_add_signed(off).unwrap();
        let [.., high, low] = next.to_be_bytes();
        prop_assert_eq!(extended(last, u16::from_be_bytes([high, low])), next);
    }
}

#[test]
fn an_offer_has_a_line_for_all_that_is_wanted() {
    let wanted = Wanted { microphone: true, layers: 3, screen: true, audio: 3, video: 4 };
    let address = "127.0.0.1:9".parse().unwrap();
    for name in [StackName::Str0m, StackName::Rtc] {
        let (stack, offer) = Stack::offer(name, Instant::now(), address, wanted).unwrap();
        assert_eq!(offer.matches("m=audio").count(), 4, "{offer}");
        assert_eq!(offer.matches("m=video").count(), 6, "{offer}");
        assert_eq!(offer.matches("a=recvonly").count(), 7, "{offer}");
        assert!(offer.contains("127.0.0.1 9 typ host"), "{offer}");
        let mids = offer.lines().filter_map(|line| line.trim().strip_prefix("a=mid:"));
        let slots: Vec<Option<usize>> = mids.map(|mid| stack.slot(mid)).collect();
        let expected: Vec<_> = [None; 3].into_iter().chain((0..7).map(Some)).collect();
        assert_eq!(slots, expected, "{offer}");
    }
}

#[test]
fn what_is_no_answer_is_a_fault_and_no_panic() {
    let wanted = Wanted { microphone: true, layers: 0, screen: false, audio: 1, video: 0 };
    let address = "127.0.0.1:9".parse().unwrap();
    for name in [StackName::Str0m, StackName::Rtc] {
        let now = Instant::now();
        let (mut stack, _) = Stack::offer(name, now, address, wanted).unwrap();
        let fault = stack.handle_answer(now, "v=0\r\nnonsense").unwrap_err();
        assert!(!fault.to_string().is_empty());
    }
}
