//! The shortest way through every verb, by one thread and by two.
use annulus::spsc;
#[test]
fn smoke() {
    // overwriting is announced before the consumer has settled
    for cap in [1, 2, 3, 64, 1000] {
        let (mut p, mut c) = spsc::ring::<String>(cap);
        assert_eq!(p.force_push(String::new()).unwrap(), None);
        c.pop().unwrap();
        for r in 0..50 {
            let mut n = 0;
            while p.push(format!("{r}-{n}")).is_ok() {
                n += 1
            }
            assert_eq!(n, cap);
            for k in 0..n {
                assert_eq!(c.pop().unwrap(), format!("{r}-{k}"));
            }
            assert!(c.pop().is_err());
        }
        for i in 0..cap + 3 {
            let v = p.force_push(i.to_string()).unwrap();
            assert_eq!(v, if i < cap { None } else { Some((i - cap).to_string()) });
        }
        assert_eq!(c.drain().count(), cap);
    }
}
#[test]
fn threads() {
    let (mut p, mut c) = spsc::ring::<u64>(100);
    let t = std::thread::spawn(move || {
        for i in 0..3_000_000u64 {
            while p.push(i).is_err() {
                std::hint::spin_loop()
            }
        }
    });
    let mut i = 0;
    loop {
        match c.pop() {
            Ok(v) => {
                assert_eq!(v, i);
                i += 1
            }
            Err(annulus::PopError::Closed) => break,
            _ => std::hint::spin_loop(),
        }
    }
    assert_eq!(i, 3_000_000);
    t.join().unwrap();
}
