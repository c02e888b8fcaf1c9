//! The program as an operator meets it: started, read, asked, stopped.

mod program {
    mod audit;
    mod commands;
    mod process;
    mod serve;
}
