//! Reading by page.

use super::*;

#[test]
fn agents_are_returned_by_page_without_gap_or_repetition() {
    scenario(|| {
        register(10);
        let mut seen = Vec::new();
        let mut after = None;
        loop {
            let page = Registry::agents(after, 3);
            assert!(page.len() <= 3);
            let Some((last, _)) = page.last() else { break };
            after = Some(*last);
            seen.extend(page.into_iter().map(|(agent, _)| agent));
        }
        seen.sort();
        let mut all: Vec<_> = (1..=10).map(agent).collect();
        all.sort();
        assert_eq!(seen, all);
    });
}

#[test]
fn a_page_continues_after_an_agent_that_was_removed() {
    scenario(|| {
        register(5);
        let all: Vec<_> = Registry::agents(None, 10).into_iter().map(|(agent, _)| agent).collect();
        assert_ok!(Registry::remove_agent(signed(ALICE), all[1]));
        let rest: Vec<_> =
            Registry::agents(Some(all[1]), 10).into_iter().map(|(agent, _)| agent).collect();
        assert_eq!(rest, all[2..]);
    });
}

#[test]
fn a_page_is_capped() {
    scenario(|| {
        register(u64::from(MAX_PAGE) + 5);
        assert_eq!(Registry::agents(None, u32::MAX).len(), MAX_PAGE as usize);
        assert!(Registry::agents(None, 0).is_empty());
    });
}
