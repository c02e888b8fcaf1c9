//! The program as an operator meets it: started, read, asked, stopped.

#![allow(
    clippy::indexing_slicing,
    reason = "a test that fails says where; its helpers are part of it"
)]

mod program {
    mod audit;
    mod commands;
    mod crash;
    mod holder;
    mod integrate;
    mod loadtest;
    mod process;
    mod recording;
    mod serve;
}
