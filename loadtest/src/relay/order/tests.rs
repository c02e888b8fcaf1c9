//! Orders are read, told and applied in the same words; what is no word is refused.

use super::*;

fn down(words: &str, profile: Profile) -> Profile {
    Order::parse(words).unwrap().down.apply(profile)
}

#[test]
fn what_is_not_named_stays() {
    let line = down(
        "down.kbps = 250, down.buffer_kb = 16, down.delay_ms = 20, down.jitter_ms = 3, \
         down.loss_percent = 10, down.loss_burst = 2, down.reorder_percent = 1",
        Profile::default(),
    );
    let expected = Profile {
        rate: Some(Bitrate::kbps(250)),
        buffer_bytes: 16_000,
        delay: Duration::from_millis(20),
        jitter: Duration::from_millis(3),
        loss: Loss::Gilbert { permille: 100, burst_tenths: 20 },
        reorder_permille: 10,
        down: false,
    };
    assert_eq!(line, expected);
    assert_eq!(down("up.kbps = 5", line), line);
    assert_eq!(down("down.kbps = \"unlimited\"", line), Profile { rate: None, ..expected });
    assert_eq!(down("down.outage = true", line), Profile { down: true, ..expected });
    let single = down("down.loss_burst = 1", line);
    assert_eq!(single.loss, Loss::Random { permille: 100 });
    assert_eq!(down("down.loss_percent = 0", line).loss, Loss::None);
    assert_eq!(down("down.loss_percent = 900", single).loss, Loss::Random { permille: 1_000 });
}

#[test]
fn a_line_is_an_order_or_one_of_two_words() {
    assert_eq!(Said::parse("  ").unwrap(), None);
    assert_eq!(Said::parse("report\r").unwrap(), Some(Said::Report));
    assert_eq!(Said::parse("stop").unwrap(), Some(Said::Stop));
    let Some(Said::Order(order)) = Said::parse("leg = 2, up.outage = true").unwrap() else {
        panic!("an order");
    };
    assert_eq!((order.leg, order.down), (Some(2), Change::default()));
    assert!(order.up.apply(Profile::default()).down);
}

#[test]
fn an_order_is_told_in_the_words_it_was_given_in() {
    let words = "leg = 2, down = { kbps = \"unlimited\", delay_ms = 20, outage = false }, \
                 up = { kbps = 60, loss_percent = 10, loss_burst = 2 }";
    let order = Order::parse(words).unwrap();
    assert_eq!(order.to_string(), words);
    assert_eq!(Order::parse(&order.to_string()).unwrap(), order);
}

#[test]
fn what_is_wrong_is_said() {
    for (words, said) in [
        ("down.kpbs = 250", "unknown field `kpbs`"),
        ("sideways.kbps = 250", "unknown field `sideways`"),
        ("down.kbps = \"fast\"", "a whole number or \"unlimited\""),
        ("down.delay_ms = -1", "u16"),
        ("down kbps 250", "key"),
        ("} evil = {", "error"),
    ] {
        let error = Order::parse(words).unwrap_err().to_string();
        assert!(error.contains(said) || said == "error", "{words}: {error}");
    }
}

#[test]
fn a_timeline_goes_by_time() {
    let timeline = Timeline::parse(
        "end = 60\n\
         [[step]]\nat = 20.5\ndown.kbps = 250\n\
         [[step]]\nat = 0\nleg = 1\ndown = { kbps = 2000, buffer_kb = 64 }\nup.delay_ms = 20\n",
    )
    .unwrap();
    let times: Vec<u128> = timeline.steps.iter().map(|step| step.at.as_millis()).collect();
    assert_eq!(times, [0, 20_500]);
    assert_eq!(timeline.end, Some(Duration::from_secs(60)));
    let first = timeline.steps[0].order;
    assert_eq!(first.leg, Some(1));
    assert_eq!(first.down.apply(Profile::default()).rate, Some(Bitrate::kbps(2_000)));
    assert_eq!(Timeline::parse("").unwrap(), Timeline::default());
    for wrong in ["end = -1", "[[step]]\nat = 1e9", "[[step]]\ndown.kbps = 1", "[[steps]]\nat = 1"]
    {
        assert!(Timeline::parse(wrong).is_err(), "{wrong}");
    }
}
