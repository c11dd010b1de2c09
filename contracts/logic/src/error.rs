//! Why a call is refused.

/// Declares the errors: what each says is its documentation and the text that a caller reads.
macro_rules! errors {
    ($($name:ident: $text:literal,)*) => {
        /// Why a call is refused. Nothing of it has happened.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[non_exhaustive]
        pub enum Error {
            $(#[doc = $text] $name,)*
        }

        impl Error {
            /// Its name, and what to do: `Name: text`.
            pub const fn reason(self) -> &'static str {
                match self {
                    $(Self::$name => concat!(stringify!($name), ": ", $text),)*
                }
            }
        }
    };
}

errors! {
    // Terms
    InvalidPeriod: "a period of the terms is 0 or above 1262304000 blocks: give one between",
    InvalidPace: "`pace` has a block of 0 milliseconds or a halt below 10000: give the chain's",
    InvalidHeirs: "`succession` names no heir, more than 8, one twice, or the owner: correct the list",
    InvalidGuardian: "`guardian` is the owner: name somebody else",
    InvalidContesters: "`contesters` are more than 8, or one is named twice: correct the list",
    InvalidThreshold: "a threshold is 0 or above the number of its members: give one between",
    InvalidCombination: "`combinations` name an unknown group or nothing, ask for silence beyond a death, prove no death, or prove incapacity or recovery without a guardian or none with one: correct them",
    TooManyAttestors: "`attestors` have more than 8 groups, members of a group, or combinations: shorten the list",
    AttestorTwice: "a group of `attestors` names a member twice: name each once",
    OwnerAttests: "`attestors` name the owner: name somebody else",
    PartiesNotDistinct: "two of the parties are the same: name different ones",
    InvalidPrice: "`price` is 0, or below `deposit`: correct it",
    InvalidOracles: "`oracles` are more than 8, one is named twice, or one is a party: correct the list",
    InvalidSignOffs: "`signOffs` are more than 4, or one is named twice: correct the list",
    NoSharing: "`sharing` is 0: give the hash of the quorum and the tree that the buyer's epoch is shared by",
    InvalidBudgets: "`budgets` are none, more than 8, or an asset is named twice: correct the list",
    InvalidRecipients: "`recipients` are none, more than 16, empty, longer than 64 bytes, or one is named twice: correct the list",

    // Who calls
    NotOwner: "only the owner may: call as `owner`",
    NotInControl: "the caller is not in control: ask whom `controller` shows",
    NotConcerned: "the terms give the caller no part: have an heir, attestor, guardian or the executor call",
    NotEntitled: "this step is not the caller's: have the executor or whom it concerns call",
    NotHeir: "the caller is no heir: call as one of `succession`",
    NotAttestor: "the caller is no member of this group: give the group that names it",
    MayNotContest: "the caller may not contest this: call as the owner or one of `contesters`",
    NotSeller: "only the seller may: call as `seller`",
    NotBuyer: "only the buyer may: call as `buyer`",
    NotParty: "only seller and buyer may: call as one of them",
    NotOracle: "the caller is no oracle: call as one of `oracles`",
    NotSignOff: "this sign-off is another's: give the number of the caller's",
    NotArbiter: "only the arbiter may: call as `arbiter`",

    // The key
    KeyBound: "the contract keeps a key already: make another contract for another key",
    KeyNotBound: "the contract keeps no key: have its owner call `bind`",
    KeyNotOwned: "the contract does not own the key: enrol it through the contract, or transfer it to it",
    OtherKey: "`key` is not the contract's: name the one that `key` shows",
    KeyNotFrozen: "the contract did not freeze the key: there is nothing to lift",
    NotPrepared: "no next epoch was prepared for this step: call `prepare`, and have its request carried out",
    AlreadyPrepared: "the next epoch is prepared or asked for: use it, have whom it is for call, or call after `expires` of its preparation",
    PreparationUnderWay: "shares were released for a next epoch: call when its request is over",
    NothingPrepared: "no next epoch was asked for: there is nothing to drop",
    KeyLocked: "what is paid for stays as it is: cancel the sale first",

    // Requests
    OperationNotAllowed: "`operation` is none that the controller may ask for here: ask for another",
    OperationTooLong: "`operation` is longer than 32768 bytes: shorten its tree",
    EffectTooLong: "`effect` is longer than 4096 bytes: split the request",
    PayloadTooLong: "`payload` is longer than 16384 bytes: split the request",
    InvalidEffect: "`effect` does not decode, or exceeds 16 transfers or 64 bytes of a recipient: correct it",
    InvalidSharing: "`sharing` is empty or too long: give quorum and tree, SCALE-encoded",
    OtherSharing: "`sharing` is not what the terms say: give the quorum and the tree whose hash they have",
    RequestTooLong: "`expires` is later than `lifetime` allows: bring it forward",
    OutlivesMandate: "`expires` is after the mandate ends: bring it forward",
    TooManyRequests: "the adviser used up `requests`: ask the owner for a new mandate",
    AssetNotAllowed: "`budgets` have none for this asset: ask the owner for a new mandate",
    BudgetExceeded: "the amount exceeds what is left of its budget: move less",
    RecipientNotAllowed: "`recipients` do not name this one: pay another",
    TooManyOpenRequests: "8 requests are open: call when one of them is over",
    SellersRequestOpen: "an approved request of the seller may still be carried out: pay when it is over, or after its `expires`",
    AdvisersRequestOpen: "a request of the adviser may still be carried out: call after the block that `requestsUntil` shows",

    // Time
    DateTooFar: "the date exceeds the last block there can be: shorten the period",
    DeadlinePassed: "the date has passed or is not in the future: `expire` ends a sale; new terms need a later one",
    NotExpired: "the sale's time is not over: call after the block that `settleUntil` shows",

    // Inheritance
    NotInForce: "this is not possible where the contract stands: `standing` shows why",
    NotSilent: "the owner gave a proof of life within the interval: report later",
    SilenceReported: "silence was reported already: wait for the grace period to end",
    CaseNotOpen: "the case does not matter where the contract stands: `standing` shows why",
    UnknownGroup: "the terms have no such group: count from 0",
    GroupNotAsked: "no combination of this case names the group: attest another case, or as another group",
    NoEvidence: "`evidence` is 0: give the hash of the document",
    AlreadyAttested: "the caller did so already: once is enough",
    NotAttested: "the caller did not attest: there is nothing to take back",
    NothingToContest: "nothing was attested or reported in this case: there is nothing to stop",
    NoContestLeft: "named parties used up `contests`: only the owner may still contest",
    NotProven: "no combination of the case is complete: have more attestors attest",
    StillContestable: "the contest period runs: call after the block that `contestUntil` shows",
    NoGuardian: "the terms name no guardian: incapacity is not provided for",
    UnknownHeir: "the terms have no such heir: count from 0; 0 for heirs together",
    HeirDeclined: "this heir declined: execute for another",
    NotHeirsTurn: "an heir before this one may still take over: call when its turn is over",
    TooFewHeirs: "fewer heirs accepted than `threshold`: have more of them call `answer`",
    AlreadyAnswered: "the heir answered already: once is enough",
    NotOfAge: "the heir is not of age: call at the block that `minority` names",
    StepNotDue: "this step does not follow from where the contract stands: `standing` shows why",
    AlreadyRevoked: "the inheritance is revoked already: there is nothing to do",

    // Sale
    NoPaymentDue: "the call takes no value, or no price is due where the contract stands: see `due`",
    NotReservable: "the sale is not open, or is paid without a reservation: see `standing`",
    WrongAmount: "the value is not what is due: send exactly what `due` shows",
    PaidElsewhere: "the price is paid elsewhere: have oracles attest it",
    PaidHere: "the price is paid to the contract: there is nothing to attest",
    PaymentUnderWay: "the buyer may have paid elsewhere: the buyer may cancel, or anyone may call `expire` after the deadline",
    NotPaid: "the sale is not fully paid, or not open: see `standing`",
    NotCleared: "a sign-off is missing: have every one of `signOffs` sign",
    UnknownSignOff: "the terms have no such sign-off: count from 0",
    SaleOver: "the sale is not open: see `standing`",
    NotDisputed: "nobody disputes the sale: see `standing`",
    AlreadyRuled: "the arbiter ruled that the sale is to be settled: settle it, or cancel it together",
    RulingTooLate: "the time for a ruling is over: it can only be unwound",
    NotReturned: "what was paid elsewhere was not returned: have oracles attest its return, or the arbiter rule once the time for a ruling is over",
    NotCancelled: "the sale is not cancelled: cancel it first",
    NothingToWithdraw: "no refund is due to the buyer: there is nothing to withdraw",

    // Delegation
    NoMandate: "no mandate is in force: there is nothing to recall",
    Overflow: "a number exceeds its bounds: use smaller ones",
}
