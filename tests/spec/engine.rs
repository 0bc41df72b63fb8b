//! Stories through whole turns of the engine, over a real database: what is asked, said, sent and
//! lost in an office whose days are told by hand.

mod absences;
mod agenda;
mod asking;
mod away;
mod clock;
mod commands;
mod corrections;
pub mod day;
mod farewells;
mod following;
mod fuse;
mod gate;
mod grouping;
mod handovers;
mod learning;
mod modes;
mod outcomes;
mod outside;
mod replies;
mod reports;
