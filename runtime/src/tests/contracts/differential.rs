//! The sale in ink! and the one in Solidity are one contract written twice: whatever is called, and
//! whenever, both do it, or both refuse it by the same name, and both stand where the other does.
//!
//! The two are on one chain, on the same terms, with a key each, and are told the same: sequences of calls
//! that could well come next, and of some that could not, with people who approve and time that passes
//! between. Every sequence follows from its number: a failure names it, and is the same the next time.

use std::{
    collections::{BTreeMap, BTreeSet},
    panic::resume_unwind,
};

use frame_support::{storage::with_transaction, traits::Hooks};
use pallet_revive::precompiles::H160;
use regent_primitives::RequestId;
use sp_keyring::Sr25519Keyring;
use sp_runtime::TransactionOutcome;

use super::{
    custody::{
        address, approve, carry_out, deploy, is_condition_met, request, ISale, Kept, EVIDENCE, NONE,
    },
    sale::{sanctions, standing, terms},
    *,
};

/// On each of the terms.
const SEQUENCES: u64 = 50;
/// Of a sequence.
const STEPS: u32 = 36;
/// After a sale is over, all that is left is refused.
const STEPS_AFTER: u32 = 4;

/// Who is concerned: the arbiter, the office, two oracles, the seller and the buyer.
const PEOPLE: [Sr25519Keyring; 6] = [Alice, Bob, Charlie, Dave, Eve, Ferdie];

/// What the terms differ in.
#[derive(Clone, Copy, Debug)]
struct Agreed {
    /// Paid to the contract; 0 for a price that is paid elsewhere.
    price: Balance,
    deposit: Balance,
    /// How many attest a payment elsewhere.
    threshold: u8,
}

const AGREED: [Agreed; 4] = [
    Agreed { price: 1_000, deposit: 300, threshold: 0 },
    Agreed { price: 1_000, deposit: 0, threshold: 0 },
    Agreed { price: 0, deposit: 0, threshold: 1 },
    Agreed { price: 0, deposit: 300, threshold: 2 },
];

impl Agreed {
    /// The terms, encoded for a constructor. Once on a chain, as the parties' policies are made.
    fn terms(self) -> Vec<u8> {
        let (oracles, statement) = match self.threshold {
            0 => (Vec::new(), NONE),
            _ => (vec![address(Charlie), address(Dave)], [0x57; 32]),
        };
        let price = ISale::Price {
            amount: self.price,
            oracles,
            threshold: self.threshold,
            statement: statement.into(),
        };
        terms(price, self.deposit, sanctions()).abi_encode()
    }
}

/// Numbers that look random and are the same in every run: SplitMix64.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % bound
    }

    /// True in so many of a hundred cases.
    fn percent(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    fn pick<T: Copy>(&mut self, items: &[T]) -> T {
        items[self.below(items.len() as u64) as usize]
    }

    /// So many blocks at least, and fewer than that many more.
    fn blocks(&mut self, least: u32, more: u64) -> u32 {
        least + self.below(more) as u32
    }
}

/// A call of a sale.
#[derive(Clone, Copy, Debug)]
enum Message {
    /// The sale's own key, or a stranger's.
    Bind {
        own: bool,
    },
    /// To sign, within so many blocks.
    Submit {
        lifetime: u32,
    },
    Reserve {
        value: Balance,
    },
    Pay {
        value: Balance,
    },
    AttestPayment {
        evidence: [u8; 32],
    },
    AttestReturn {
        evidence: [u8; 32],
    },
    SignOff {
        index: u8,
        evidence: [u8; 32],
    },
    Refuse {
        index: u8,
        evidence: [u8; 32],
    },
    Cancel,
    Dispute,
    Rule {
        complete: bool,
    },
    Expire,
    /// For the seller or the buyer, shared as agreed or otherwise, within so many blocks.
    Prepare {
        back: bool,
        agreed: bool,
        lifetime: u32,
    },
    Settle,
    TakeBack,
    Withdraw,
}

/// So many names of refusals at least have to occur.
const REFUSALS: usize = 30;

/// So many calls there are.
const MESSAGES: usize = 16;

impl Message {
    fn any(random: &mut Random, due: Balance) -> Self {
        let evidence = if random.percent(90) { EVIDENCE } else { NONE };
        let value = random.pick(&[due, due, due + 1, 0]);
        let index = random.below(2) as u8;
        match random.below(MESSAGES as u64) {
            0 => Self::Bind { own: random.percent(50) },
            1 => Self::Submit { lifetime: random.blocks(1, 12) },
            2 => Self::Reserve { value },
            3 => Self::Pay { value },
            4 => Self::AttestPayment { evidence },
            5 => Self::AttestReturn { evidence },
            6 => Self::SignOff { index, evidence },
            7 => Self::Refuse { index, evidence },
            8 => Self::Cancel,
            9 => Self::Dispute,
            10 => Self::Rule { complete: random.percent(50) },
            11 => Self::Expire,
            12 => {
                let back = random.percent(50);
                let agreed = back || random.percent(50);
                Self::Prepare { back, agreed, lifetime: random.blocks(1, 12) }
            }
            13 => Self::Settle,
            14 => Self::TakeBack,
            _ => Self::Withdraw,
        }
    }

    /// What could well come next, and from whom.
    fn likely(
        random: &mut Random,
        standing: ISale::Standing,
        due: Balance,
    ) -> (Sr25519Keyring, Self) {
        let evidence = EVIDENCE;
        let submit = Self::Submit { lifetime: random.blocks(2, 5) };
        let (reserve, pay) = (Self::Reserve { value: due }, Self::Pay { value: due });
        let (attest, returned) =
            (Self::AttestPayment { evidence }, Self::AttestReturn { evidence });
        let sign_off = Self::SignOff { index: 0, evidence };
        let refuse = Self::Refuse { index: 0, evidence };
        let lifetime = random.blocks(5, 40);
        let prepare = |back| Self::Prepare { back, agreed: true, lifetime };
        match standing {
            ISale::Standing::Draft => (Eve, Self::Bind { own: true }),
            ISale::Standing::Open => random.pick(&[
                (Ferdie, reserve),
                (Ferdie, reserve),
                (Ferdie, pay),
                (Eve, submit),
                (Bob, sign_off),
                (Bob, Self::Expire),
            ]),
            ISale::Standing::Reserved => {
                random.pick(&[(Ferdie, pay), (Charlie, attest), (Dave, attest), (Bob, sign_off)])
            }
            ISale::Standing::Paid => random.pick(&[
                (Bob, sign_off),
                (Bob, sign_off),
                (Ferdie, prepare(false)),
                (Ferdie, prepare(false)),
                (Eve, prepare(false)),
                (Ferdie, Self::Settle),
                (Eve, Self::Settle),
                (Eve, Self::Dispute),
                (Bob, Self::Expire),
            ]),
            ISale::Standing::Disputed => random.pick(&[
                (Alice, Self::Rule { complete: true }),
                (Alice, Self::Rule { complete: false }),
                (Charlie, returned),
                (Dave, returned),
                (Eve, Self::Cancel),
                (Ferdie, Self::Cancel),
                (Bob, Self::Expire),
                (Bob, refuse),
            ]),
            ISale::Standing::Cancelled => random.pick(&[
                (Eve, prepare(true)),
                (Eve, prepare(true)),
                (Eve, Self::TakeBack),
                (Eve, Self::TakeBack),
                (Bob, Self::Withdraw),
                (Eve, submit),
            ]),
            _ => random.pick(&[(Ferdie, Self::Withdraw), (Eve, submit)]),
        }
    }

    /// Who may well do it.
    fn fitting(self, random: &mut Random) -> Sr25519Keyring {
        match self {
            Self::Bind { .. } | Self::Submit { .. } | Self::TakeBack => Eve,
            Self::Reserve { .. } | Self::Pay { .. } => Ferdie,
            Self::AttestPayment { .. } | Self::AttestReturn { .. } => random.pick(&[Charlie, Dave]),
            Self::Rule { .. } => Alice,
            Self::Cancel | Self::Dispute | Self::Prepare { .. } | Self::Settle => {
                random.pick(&[Eve, Ferdie])
            }
            Self::SignOff { .. } | Self::Refuse { .. } | Self::Expire | Self::Withdraw => Bob,
        }
    }

    /// Its name.
    fn name(self) -> String {
        format!("{self:?}").split(' ').next().unwrap_or_default().to_owned()
    }
}

/// One of the two sales.
struct Side {
    sale: H160,
    kept: Kept,
    /// A key that is not the sale's.
    strange: KeyId,
}

/// What the chain says of a side.
#[derive(Debug, PartialEq)]
struct Held {
    /// Who owns the key; nobody for the sale itself.
    owner: Option<AccountId>,
    epoch: u32,
    cash: Balance,
    fulfilled: bool,
}

/// A call of which no request comes.
fn done<C: SolCall>(
    who: Sr25519Keyring,
    to: H160,
    value: Balance,
    call: C,
) -> Result<Option<RequestId>, String> {
    paying(who, to, value, call).map(|_| None)
}

impl Side {
    fn new(file: &str, terms: &[u8], strange: KeyId) -> Self {
        // As the deployer's transaction does: else both would have one address.
        System::inc_account_nonce(account(Alice));
        let sale = deploy(file, terms.to_vec());
        Self { sale, kept: Kept::waiting_by(sale), strange }
    }

    /// Returns the request that it makes, if it makes one.
    fn perform(
        &self,
        who: Sr25519Keyring,
        message: Message,
        salt: u8,
    ) -> Result<Option<RequestId>, String> {
        let (at, now) = (self.sale, System::block_number());
        match message {
            Message::Bind { own } => {
                let key = if own { self.kept.id() } else { self.strange.0 .0.into() };
                done(who, at, 0, ISale::bindCall { key })
            }
            Message::Submit { lifetime } => {
                let asked = ISale::submitCall { request: self.kept.to_sign(salt, now + lifetime) };
                call(who, at, asked).map(|id| Some(request(id)))
            }
            Message::Reserve { value } => done(who, at, value, ISale::reserveCall {}),
            Message::Pay { value } => done(who, at, value, ISale::payCall {}),
            Message::AttestPayment { evidence } => {
                done(who, at, 0, ISale::attestPaymentCall { evidence: evidence.into() })
            }
            Message::AttestReturn { evidence } => {
                done(who, at, 0, ISale::attestReturnCall { evidence: evidence.into() })
            }
            Message::SignOff { index, evidence } => {
                done(who, at, 0, ISale::signOffCall { index, evidence: evidence.into() })
            }
            Message::Refuse { index, evidence } => {
                done(who, at, 0, ISale::refuseCall { index, evidence: evidence.into() })
            }
            Message::Cancel => done(who, at, 0, ISale::cancelCall {}),
            Message::Dispute => done(who, at, 0, ISale::disputeCall {}),
            Message::Rule { complete } => {
                let ruling = if complete { ISale::Ruling::Complete } else { ISale::Ruling::Unwind };
                done(who, at, 0, ISale::ruleCall { ruling })
            }
            Message::Expire => done(who, at, 0, ISale::expireCall {}),
            Message::Prepare { back, agreed, lifetime } => {
                let step = if back { ISale::Step::TakeBack } else { ISale::Step::Settle };
                let mut preparation = self.kept.preparation(salt, now + lifetime);
                if !agreed {
                    preparation.sharing = vec![3_u8, 3].into();
                }
                let asked = ISale::prepareCall { step, preparation };
                call(who, at, asked).map(|id| Some(request(id)))
            }
            Message::Settle => done(who, at, 0, ISale::settleCall {}),
            Message::TakeBack => done(who, at, 0, ISale::takeBackCall {}),
            Message::Withdraw => done(who, at, 0, ISale::withdrawCall {}),
        }
    }

    fn held(&self) -> Held {
        let (owner, epoch) = self.kept.owner();
        Held {
            owner: (owner != account_at(self.sale)).then_some(owner),
            epoch,
            cash: cash_at(self.sale),
            fulfilled: is_condition_met(self.sale),
        }
    }

    /// Where the sale says it stands, what is due to it, and what it owes.
    fn told(&self) -> (u8, Balance, Balance) {
        (
            standing(self.sale).into(),
            call(Bob, self.sale, ISale::dueCall {}).expect("answered"),
            call(Bob, self.sale, ISale::refundCall {}).expect("answered"),
        )
    }
}

/// What happened in sequences.
#[derive(Default)]
struct Tally {
    /// How often each call was done, and refused.
    calls: BTreeMap<String, [u32; 2]>,
    /// Their names.
    refusals: BTreeSet<String>,
    standings: BTreeSet<u8>,
}

/// A sequence, as far as it was told to both sales.
struct Story<'a> {
    sides: &'a [Side; 2],
    standing: ISale::Standing,
    due: Balance,
    /// The newest requests, of each side one.
    prepared: Option<[RequestId; 2]>,
    submitted: Option<[RequestId; 2]>,
    salt: u8,
}

impl<'a> Story<'a> {
    fn new(sides: &'a [Side; 2]) -> Self {
        let standing = ISale::Standing::Draft;
        Self { sides, standing, due: 0, prepared: None, submitted: None, salt: 0 }
    }

    fn is_over(&self) -> bool {
        matches!(self.standing, ISale::Standing::Settled | ISale::Standing::Left)
    }

    /// Has somebody call both; returns the name of their refusal.
    fn ask(&mut self, who: Sr25519Keyring, message: Message) -> Result<(), String> {
        self.salt += 1;
        let answers = self.sides.each_ref().map(|side| side.perform(who, message, self.salt));
        let [ink, solidity] = answers.each_ref().map(|answer| {
            let name = |reason: &String| reason.split(':').next().unwrap_or_default().to_owned();
            answer.as_ref().map(|_| ()).map_err(name)
        });
        assert_eq!(ink, solidity, "{who:?}: {message:?}");
        if let [Ok(Some(first)), Ok(Some(second))] = answers {
            let made = Some([first, second]);
            match message {
                Message::Submit { .. } => self.submitted = made,
                _ => self.prepared = made,
            }
        }
        ink
    }

    /// Whether both requests can be approved.
    fn wait(&self, ids: [RequestId; 2]) -> bool {
        self.sides.iter().zip(ids).all(|(side, id)| {
            let pending = matches!(Requests::status(&id), Some(RequestStatus::Pending { .. }));
            pending && side.held().owner.is_none()
        })
    }

    /// Bob approves what the seller asked for.
    fn approve_submitted(&self) {
        if let Some(ids) = self.submitted.filter(|ids| self.wait(*ids)) {
            ids.into_iter().for_each(approve);
        }
    }

    /// Bob approves what is prepared, and agents make the epoch, or not yet.
    fn carry_out_prepared(&self, random: &mut Random) {
        let fulfilled = self.sides.iter().all(|side| is_condition_met(side.sale));
        let Some(ids) = self.prepared.filter(|ids| fulfilled && self.wait(*ids)) else { return };
        let act = if random.percent(85) { carry_out } else { approve };
        ids.into_iter().for_each(act);
    }

    /// Compares what the chain says of both, and what they say if they changed.
    fn compare(&mut self, changed: bool) {
        let [ink, solidity] = self.sides.each_ref().map(Side::held);
        assert_eq!(ink, solidity);
        for ids in [self.prepared, self.submitted].into_iter().flatten() {
            let [ink, solidity] = ids.map(|id| Requests::status(&id));
            assert_eq!(ink, solidity);
        }
        if changed {
            let [ink, solidity] = self.sides.each_ref().map(Side::told);
            assert_eq!(ink, solidity);
            self.standing = standing_of(ink.0);
            self.due = ink.1;
        }
    }

    fn tell(&mut self, random: &mut Random, tally: &mut Tally) {
        let (mut left, mut ending) = (STEPS, false);
        while left > 0 {
            left -= 1;
            match random.below(100) {
                0..=64 => {
                    let (who, message) = if random.percent(70) {
                        Message::likely(random, self.standing, self.due)
                    } else {
                        let message = Message::any(random, self.due);
                        let fits = random.percent(70);
                        let who = if fits { message.fitting(random) } else { random.pick(&PEOPLE) };
                        (who, message)
                    };
                    let answer = self.ask(who, message);
                    let refused = usize::from(answer.is_err());
                    tally.calls.entry(message.name()).or_default()[refused] += 1;
                    self.compare(answer.is_ok());
                    tally.refusals.extend(answer.err());
                    tally.standings.insert(self.standing.into());
                }
                65..=78 => self.carry_out_prepared(random),
                79..=83 => self.approve_submitted(),
                84..=95 => go_on(random.blocks(1, 4)),
                _ => go_on(random.blocks(10, 50)),
            }
            if self.is_over() && !ending {
                (left, ending) = (left.min(STEPS_AFTER), true);
            }
        }
        self.compare(true);
    }
}

fn standing_of(number: u8) -> ISale::Standing {
    ISale::Standing::try_from(number).expect("a standing")
}

/// So many blocks pass; what was asked for and is late expires.
fn go_on(blocks: u32) {
    for _ in 0..blocks {
        let next = System::block_number() + 1;
        System::set_block_number(next);
        Requests::on_initialize(next);
    }
}

/// Tells all sequences on these terms.
fn tell_all(agreed: Agreed) -> Tally {
    let mut tally = Tally::default();
    local(|| {
        let (terms, strange) = (agreed.terms(), key_of(&account(Alice)));
        let sides =
            ["InkSale.polkavm", "Sale.polkavm"].map(|file| Side::new(file, &terms, strange));
        for sequence in 0..SEQUENCES {
            println!("{agreed:?}, sequence {sequence}");
            // Each starts where the terms were agreed on.
            let told = with_transaction(|| {
                Story::new(&sides).tell(&mut Random(sequence), &mut tally);
                TransactionOutcome::Rollback(Ok::<(), DispatchError>(()))
            });
            assert_ok!(told);
        }
    });
    tally
}

#[test]
fn both_sales_answer_every_sequence_of_calls_alike() {
    let tallies = std::thread::scope(|scope| {
        let told = AGREED.map(|agreed| scope.spawn(move || tell_all(agreed)));
        told.map(|told| told.join().unwrap_or_else(|failure| resume_unwind(failure)))
    });
    let mut all = Tally::default();
    for Tally { calls, refusals, standings } in tallies {
        all.refusals.extend(refusals);
        all.standings.extend(standings);
        for (call, [done, refused]) in calls {
            let sum = all.calls.entry(call).or_default();
            *sum = [sum[0] + done, sum[1] + refused];
        }
    }
    // Everything happened, or it would mean nothing that all was alike.
    println!("{:?}, {:?}", all.calls, all.refusals);
    assert_eq!(all.calls.len(), MESSAGES);
    for (call, [done, refused]) in &all.calls {
        assert!(*done > 0 && *refused > 0, "{call}: done {done} times, refused {refused} times");
    }
    assert!(all.refusals.len() >= REFUSALS, "refused by {} names", all.refusals.len());
    let ends: BTreeSet<u8> = (0..=u8::from(ISale::Standing::Left)).collect();
    assert_eq!(all.standings, ends);
}
