//! Names of many scripts.

use super::Letters;

#[test]
fn names_the_font_knows_are_written_and_others_leave_no_boxes() {
    let letters = Letters::new().expect("the font that is built in");
    let written = |label: &str| letters.writable(label);
    for label in ["Anna Müller", "Zoë Ångström", "Ольга Петрова", "Γιώργος", "Đặng Thị"]
    {
        assert_eq!(written(label).as_deref(), Some(label));
    }
    assert_eq!(written("李小龍"), None);
    assert_eq!(written("李 Wei"), Some("Wei".to_owned()));
    assert_eq!(written("فاطمة"), None, "letters that are not joined are no name");
    assert_eq!(written("דוד לוי"), Some("יול דוד".to_owned()), "from right to left");
    assert_eq!(written(" \n "), None);
}

#[test]
fn a_long_name_ends_in_dots_and_fits() {
    let mut letters = Letters::new().expect("the font that is built in");
    let long = letters.writable(&"Wilhelmine ".repeat(9)).expect("Latin");
    assert!(long.ends_with('…') && long.chars().count() <= 33, "{long}");
    assert!(letters.ink(&long, 60, 300).size.width <= 310);
}

#[test]
fn ink_is_drawn_once() {
    let mut letters = Letters::new().expect("the font that is built in");
    let ink = letters.ink("Anna", 40, 1_000).clone();
    assert!(ink.pixels.contains(&255) && ink.pixels.contains(&0));
    assert_eq!(ink.pixels.len(), ink.size.width * ink.size.height);
    for number in 0..200 {
        letters.ink(&number.to_string(), 20, 1_000);
    }
    assert!(letters.ink_by_text.len() <= super::KEPT_MAX);
    assert_eq!(*letters.ink("Anna", 40, 1_000), ink);
}
