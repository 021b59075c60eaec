//! Hansa: membership and customer operations for business-to-business marketplaces.
//!
//! Facts in, decisions out, a receipt for everything. Each folder is a feature; `cli` is the command line.

pub mod access;
pub mod app;
pub mod audit;
pub mod backup;
pub mod benefits;
pub mod cli;
pub mod clock;
pub mod contacts;
pub mod custom;
pub mod demo;
pub mod duplicates;
pub mod events;
pub mod facts;
pub mod files;
pub mod http;
pub mod identities;
pub mod imports;
pub mod jobs;
pub mod language;
pub mod mail;
pub mod members;
pub mod merges;
pub mod passkeys;
pub mod people;
pub mod points;
pub mod privacy;
pub mod program;
pub mod registrations;
pub mod reports;
pub mod rewards;
pub mod schema;
pub mod sign_in;
pub mod sign_up;
pub mod simulate;
pub mod standing;
pub mod sync;
pub mod tiers;
pub mod traces;
pub mod vault;
pub mod verification;
pub mod verify;
pub mod webhooks;
