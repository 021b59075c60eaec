//! `staff`: the platform's people who sign in.

use clap::Subcommand;
use serde_json::json;

use super::place::{line, print_json};
use super::{Ending, Place};
use crate::access::Role;
use crate::app::{App, AppError};
use crate::audit::{self, By};
use crate::people::{self, Address, NewPerson, Person, PersonError, PersonView, all, create};
use crate::sign_in;

#[derive(Debug, Subcommand)]
pub(crate) enum Staff {
    /// Invite somebody: prints a link, good once, to choose a password
    Invite {
        /// The e-mail address to sign in with
        email: String,
        /// How the person is called
        #[arg(long)]
        name: String,
        /// What the person may do, e.g. administrator, membership-operator, account-manager, analyst
        #[arg(long)]
        role: Role,
        /// The name by which members' account_manager knows the person
        #[arg(long)]
        id: Option<String>,
        /// Language of mail: zh-CN, zh-TW or en
        #[arg(long)]
        language: Option<String>,
        /// The address at which people reach the site
        #[arg(long, env = "HANSA_PUBLIC_URL", value_name = "URL", default_value = "http://127.0.0.1:8080")]
        public_url: String,
    },
    /// List the staff
    List,
}

impl Staff {
    pub(crate) async fn run(self, place: &Place) -> Result<Ending, AppError> {
        match self {
            Staff::Invite { email, name, role, id, language, public_url } => {
                let app = place.open_keyed().await?;
                let id = id.unwrap_or_else(|| app.clock.id("per"));
                let address = Address::email(&email).map_err(|why| AppError::Refused(format!("email: {why}")))?;
                let new = NewPerson { id, name, address, role, member: None, contact: None, language };
                let (person, link) = invite(&app, &new, public_url.trim_end_matches('/')).await?;
                if place.json {
                    print_json(&json!({ "person": PersonView::from(&person), "link": link }));
                } else {
                    line(&format!(
                        "{} ({}) is invited as {}. The link is good for seven days, once:",
                        person.name, person.address, person.role
                    ));
                    line(&link);
                }
            }
            Staff::List => {
                let app = place.look_keyed().await?;
                listed(place, &all(app.db.read(), &app.vault).await?);
            }
        }
        Ok(Ending::Done)
    }
}

async fn invite(app: &App, new: &NewPerson, public_url: &str) -> Result<(Person, String), AppError> {
    let now = app.now();
    app.db
        .write(|tx| async move {
            let person = create(&tx, &app.vault, new.clone(), now).await.map_err(refused)?;
            let link = sign_in::invite(&tx, app, &person, public_url).await?;
            audit::append(&tx, vec![(By::machine(None), people::serve::told(&tx, app, "invite_staff", None, &person).await?)], now).await?;
            Ok::<_, AppError>((person, link))
        })
        .await
}

fn listed(place: &Place, staff: &[Person]) {
    let views: Vec<PersonView> = staff.iter().map(PersonView::from).collect();
    if place.json {
        print_json(&json!(views));
        return;
    }
    for person in views {
        let address = person.email.or(person.phone).unwrap_or_default();
        line(&format!("{}  {}  {address}  {}  {}", person.id, person.name, person.role, person.state));
    }
}

/// A refusal as the command line has it.
pub(super) fn refused(error: PersonError) -> AppError {
    match error {
        PersonError::Database(error) => error.into(),
        refused => AppError::Refused(refused.to_string()),
    }
}
