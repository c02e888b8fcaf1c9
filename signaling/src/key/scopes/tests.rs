//! What scopes allow, and that nobody gives more than they have.

use super::Scopes;
use bedside_signaling_api::key::Scope;

fn scopes(of: &[Scope]) -> Scopes {
    of.iter().copied().collect()
}

#[test]
fn a_scope_allows_itself_alone() {
    for given in Scope::ALL {
        for asked in Scope::ALL {
            let allowed = scopes(&[given]).allow(asked);
            assert_eq!(allowed, given == asked || given == Scope::Admin, "{given:?} {asked:?}");
        }
    }
    assert!(Scope::ALL.iter().all(|scope| !Scopes::default().allow(*scope)));
}

#[test]
fn nobody_hands_out_what_they_do_not_have() {
    let some = scopes(&[Scope::VisitsRead, Scope::KeysWrite]);
    assert_eq!(some.lacking(&scopes(&[Scope::VisitsRead])), None);
    assert_eq!(some.lacking(&some), None);
    assert_eq!(some.lacking(&scopes(&[Scope::Admin])), Some(Scope::Admin));
    let more = scopes(&[Scope::VisitsRead, Scope::VisitsWrite]);
    assert_eq!(some.lacking(&more), Some(Scope::VisitsWrite));
    assert_eq!(scopes(&[Scope::Admin]).lacking(&scopes(&Scope::ALL)), None);
}

#[test]
fn what_is_kept_is_what_was_given() {
    assert_eq!(Scopes::from_kept(&scopes(&Scope::ALL).kept()), scopes(&Scope::ALL));
    assert_eq!(scopes(&[Scope::Admin, Scope::VisitsRead]).kept(), "visits:read admin");
    assert!(Scopes::from_kept("").is_empty());
    assert_eq!(Scopes::from_kept("visits:read visits:all"), scopes(&[Scope::VisitsRead]));
}

#[test]
fn the_name_on_the_wire_is_the_name_kept() {
    for scope in Scope::ALL {
        assert_eq!(serde_json::to_value(scope).unwrap(), scope.name());
        assert_eq!(Scope::named(scope.name()), Some(scope));
    }
}
