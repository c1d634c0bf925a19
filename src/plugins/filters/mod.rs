//! The filters that expressions of plugins have besides MiniJinja's own: pure functions over values.
//!
//! Each pays fuel for what it walks over. None reads a clock, the environment or a file. Of nothing, a filter makes
//! nothing, and one for lists an empty list.

mod argument;
mod order_key;
mod times;
mod durations;
mod rows;
mod lists;
mod statistics;
mod buckets;
mod numbers;
mod shown;
mod texts;
mod markup;
mod patterns;
mod encoded;
mod versions;
mod addresses;
mod references;
mod statuses;

#[cfg(test)]
mod filter_tests;

use minijinja::Environment;

/// What a filter does, with an example that a test runs and the guide shows.
#[derive(Clone, Copy)]
pub struct FilterDescription {
    /// The name in expressions.
    pub name: &'static str,
    /// How it is written, with its arguments.
    pub signature: &'static str,
    /// What it gives, as a sentence without its end.
    pub what: &'static str,
    /// An expression.
    pub example: &'static str,
    /// What the example gives, as JSON; empty for nothing.
    pub result: &'static str,
    /// Adds it to an environment.
    add: fn(&mut Environment<'_>),
}

/// All filters in groups, each with its heading in the guide.
pub const FILTERS: &[(&str, &[FilterDescription])] = &[
    ("Times", times::FILTERS),
    ("Durations", durations::FILTERS),
    ("Rows", rows::FILTERS),
    ("Lists and mappings", lists::FILTERS),
    ("Statistics", statistics::FILTERS),
    ("Ranges", buckets::FILTERS),
    ("Numbers", numbers::FILTERS),
    ("Numbers for people", shown::FILTERS),
    ("Texts", texts::FILTERS),
    ("HTML to text", markup::FILTERS),
    ("Regular expressions", patterns::FILTERS),
    ("Encoded texts", encoded::FILTERS),
    ("Versions", versions::FILTERS),
    ("Addresses", addresses::FILTERS),
    ("Entities", references::FILTERS),
    ("Statuses", statuses::FILTERS),
];

/// Adds all filters to an environment.
pub fn add(environment: &mut Environment<'_>) {
    for filter in FILTERS.iter().flat_map(|(_, filters)| *filters) {
        (filter.add)(environment);
    }
}
