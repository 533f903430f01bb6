//! Exactly so many items, or none.
use annulus::ClaimError;

behaviour! {
    fn so_many_items_are_claimed_or_none_and_it_says_why(ring) {
        let room = ring.room();
        assert_eq!(ring.consumer.claim_many(room + 1).unwrap_err(), ClaimError::TooLarge);
        assert_eq!(ring.consumer.claim_many(1).unwrap_err(), ClaimError::Empty);
        assert!(ring.consumer.claim_many(0).unwrap().is_empty());
        ring.fill(1);
        if room > 1 {
            assert_eq!(ring.consumer.claim_many(2).unwrap_err(), ClaimError::TooFew { available: 1 });
        }
        ring.producer.close();
        ring.consumer.claim_many(1).unwrap().release(1);
        assert_eq!(ring.consumer.claim_many(1).unwrap_err(), ClaimError::Closed);
    }
}
