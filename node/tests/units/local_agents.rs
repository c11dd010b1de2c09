use clap::{Args, FromArgMatches};
use codec::Decode;
use regent_node::local_agents::{parse_agent, store, AgentError, AgentOptions, AgentsError};
use regent_primitives::{
    agent_api::{LocalAgent, LocalAgents, LOCAL_AGENTS_KEY},
    bounds::MAX_QUORUM_AGENTS,
    AgentId, H256,
};
use sp_core::offchain::{
    storage::{InMemOffchainStorage, OffchainDb},
    DbExternalities, OffchainStorage, StorageKind,
};
use std::io::Write;

const ID: &str = "1111111111111111111111111111111111111111111111111111111111111111";
const OTHER: &str = "0x2222222222222222222222222222222222222222222222222222222222222222";

fn options(arguments: &[&str]) -> Result<AgentOptions, clap::Error> {
    let command = AgentOptions::augment_args(clap::Command::new("regent-node"));
    let matches = command.try_get_matches_from([&["regent-node"], arguments].concat())?;
    AgentOptions::from_arg_matches(&matches)
}

fn file(text: &str) -> tempfile::NamedTempFile {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(text.as_bytes()).unwrap();
    file
}

#[test]
fn agents_are_read_from_the_options() {
    let first = format!("{ID}=http://127.0.0.1:9800");
    let second = format!("{OTHER}=https://agents.internal/two?zone=a");
    let agents = options(&["--agent", &first, "--agent", &second]).unwrap().load().unwrap();
    assert_eq!(agents.len(), 2);
    assert_eq!(agents[0].id, AgentId(H256::repeat_byte(0x11)));
    assert_eq!(agents[0].url, b"http://127.0.0.1:9800");
    assert_eq!(agents[1].id, AgentId(H256::repeat_byte(0x22)));
    assert_eq!(agents[1].url, b"https://agents.internal/two?zone=a");
    assert!(options(&[]).unwrap().load().unwrap().is_empty());
}

#[test]
fn a_refused_option_says_why() {
    let error = options(&["--agent", &format!("{ID}=ftp://host")]).unwrap_err().to_string();
    assert!(error.contains("--agent"), "{error}");
    assert!(error.contains("found scheme 'ftp', expected http or https"), "{error}");
}

#[test]
fn the_file_adds_to_the_options() {
    let file = file(&format!("# two\n\n  {OTHER} = http://10.0.0.2:9800/ \r\n"));
    let path = file.path().to_str().unwrap();
    let first = format!("{ID}=http://[::1]:9800");
    let agents = options(&["--agent", &first, "--agents-file", path]).unwrap().load().unwrap();
    assert_eq!(agents.len(), 2);
    assert_eq!(agents[0].url, b"http://[::1]:9800");
    assert_eq!(agents[1].url, b"http://10.0.0.2:9800/");
}

#[test]
fn the_file_says_which_line_is_wrong() {
    let file = file(&format!("{ID}=http://127.0.0.1:9800\n{OTHER}\n"));
    let path = file.path().to_str().unwrap();
    let error = options(&["--agents-file", path]).unwrap().load().unwrap_err().to_string();
    assert!(error.contains("line 2: no '=' found"), "{error}");

    let error = options(&["--agents-file", "/nowhere"]).unwrap().load().unwrap_err();
    assert!(matches!(error, AgentsError::Read { .. }), "{error}");
}

#[test]
fn an_agent_has_one_url() {
    let first = format!("{ID}=http://127.0.0.1:9800");
    let second = format!("0x{ID}=http://127.0.0.1:9801");
    let error = options(&["--agent", &first, "--agent", &second]).unwrap().load().unwrap_err();
    assert!(matches!(error, AgentsError::Duplicate(id) if id.0 == H256::repeat_byte(0x11)));
}

#[test]
fn more_agents_than_a_quorum_are_refused() {
    let lines: String = (1..=MAX_QUORUM_AGENTS + 1)
        .map(|number| format!("{number:064x}=http://127.0.0.1:9800\n"))
        .collect();
    let file = file(&lines);
    let path = file.path().to_str().unwrap();
    let error = options(&["--agents-file", path]).unwrap().load().unwrap_err();
    assert!(matches!(error, AgentsError::TooMany(257)), "{error}");
}

#[test]
fn malformed_agents_are_refused() {
    let long = format!("http://host/{}", "a".repeat(128));
    let url = |url: &str| parse_agent(&format!("{ID}={url}")).unwrap_err();
    assert_eq!(parse_agent(ID).unwrap_err(), AgentError::NoSeparator);
    assert!(matches!(parse_agent("12=http://host").unwrap_err(), AgentError::Id(_)));
    assert_eq!(
        parse_agent(&format!("{}=http://host", "0".repeat(64))).unwrap_err(),
        AgentError::ZeroId
    );
    assert!(matches!(url(""), AgentError::Url { .. }));
    assert!(matches!(url("127.0.0.1:9800"), AgentError::Url { .. }));
    assert!(matches!(url("/path"), AgentError::Url { .. }));
    assert!(matches!(url("http://"), AgentError::Url { .. }));
    assert!(matches!(url("http://ho st"), AgentError::Url { .. }));
    assert_eq!(url("ws://host"), AgentError::Scheme("ws".into()));
    assert_eq!(url("http://user:word@host"), AgentError::Credentials);
    assert_eq!(url("http://host:0"), AgentError::Port("http://host:0".into()));
    assert!(matches!(url("http://host:70000"), AgentError::Port(_) | AgentError::Url { .. }));
    assert!(matches!(url("http://host:"), AgentError::Port(_) | AgentError::Url { .. }));
    assert_eq!(url("http://host/#a"), AgentError::Fragment("http://host/#a".into()));
    assert_eq!(url(&long), AgentError::TooLong(140));
}

#[test]
fn the_worker_finds_what_was_stored_last() {
    let storage = InMemOffchainStorage::default();
    let agents = vec![LocalAgent {
        id: AgentId(H256::repeat_byte(1)),
        url: b"http://127.0.0.1:9800".to_vec(),
    }];
    // `InMemOffchainStorage` is not shared between clones, so a database stands in front.
    let shared = Shared::new(storage);
    store(Some(shared.clone()), true, &agents).unwrap();
    let mut seen_by_worker = OffchainDb::new(shared.clone());
    let read = |worker: &mut OffchainDb<Shared>| {
        let bytes = worker
            .local_storage_get(StorageKind::PERSISTENT, LOCAL_AGENTS_KEY)
            .expect("the list is there");
        LocalAgents::decode(&mut &bytes[..]).unwrap()
    };
    assert_eq!(read(&mut seen_by_worker), agents);

    store(Some(shared), true, &Vec::new()).unwrap();
    assert!(read(&mut seen_by_worker).is_empty());
}

#[test]
fn a_list_nobody_would_read_is_refused() {
    let agents = vec![LocalAgent { id: AgentId(H256::repeat_byte(1)), url: vec![] }];
    let storage = || Some(Shared::new(InMemOffchainStorage::default()));
    assert!(matches!(store(storage(), false, &agents), Err(AgentsError::WorkerOff)));
    assert!(store(storage(), false, &Vec::new()).is_ok());
    assert!(matches!(store(None::<Shared>, true, &agents), Err(AgentsError::NoStorage)));
}

/// Storage whose clones see the same values, as those of the node's database do.
#[derive(Clone)]
struct Shared(std::sync::Arc<std::sync::Mutex<InMemOffchainStorage>>);

impl Shared {
    fn new(storage: InMemOffchainStorage) -> Self {
        Self(std::sync::Arc::new(std::sync::Mutex::new(storage)))
    }
}

impl OffchainStorage for Shared {
    fn set(&mut self, prefix: &[u8], key: &[u8], value: &[u8]) {
        self.0.lock().unwrap().set(prefix, key, value);
    }
    fn remove(&mut self, prefix: &[u8], key: &[u8]) {
        self.0.lock().unwrap().remove(prefix, key);
    }
    fn get(&self, prefix: &[u8], key: &[u8]) -> Option<Vec<u8>> {
        self.0.lock().unwrap().get(prefix, key)
    }
    fn compare_and_set(
        &mut self,
        prefix: &[u8],
        key: &[u8],
        old: Option<&[u8]>,
        new: &[u8],
    ) -> bool {
        self.0.lock().unwrap().compare_and_set(prefix, key, old, new)
    }
}
