//! Who acts in the demonstration: development accounts.

use regent_client::{Account, AccountError};

/// The people of the development institution.
#[derive(Debug)]
pub struct Actors {
    /// Requests.
    pub alice: Account,
    /// Approves first, as controller.
    pub bob: Account,
    /// Approves second, for the board.
    pub charlie: Account,
    /// Of the board, too.
    pub dave: Account,
    /// Has a key that is inherited.
    pub eve: Account,
    /// Buys a key.
    pub ferdie: Account,
}

impl Actors {
    /// All of them.
    ///
    /// # Errors
    /// Never, as long as these names derive accounts.
    pub fn new() -> Result<Self, AccountError> {
        Ok(Self {
            alice: Account::development("//Alice")?,
            bob: Account::development("//Bob")?,
            charlie: Account::development("//Charlie")?,
            dave: Account::development("//Dave")?,
            eve: Account::development("//Eve")?,
            ferdie: Account::development("//Ferdie")?,
        })
    }
}
