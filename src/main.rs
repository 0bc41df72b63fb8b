//! The `sigap` program; its commands come with the command line.

fn main() {}
