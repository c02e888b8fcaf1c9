//! Recordings as tracks, from packets to what players and measurements find in the parts.

mod take {
    mod hour;
    mod person;
    mod players;
    mod reading;
}
