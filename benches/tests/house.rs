//! The law of the house, held against the tree. The laws themselves, each shown to fail on a
//! small bad input, are in `benches/src`.

mod house {
    mod crates;
    mod files;
    mod papers;
    mod tree;
}
