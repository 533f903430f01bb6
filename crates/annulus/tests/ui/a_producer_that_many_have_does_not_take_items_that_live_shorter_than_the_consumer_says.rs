use annulus::mpmc::{Producer, ring};

fn push_a_borrow<'a>(producer: Producer<&'static str>, text: &'a str) {
    let producer: Producer<&'a str> = producer;
    producer.push(text).unwrap();
}

fn main() {
    let (producer, consumer) = ring::<&'static str>(2);
    push_a_borrow(producer, &String::from("gone"));
    let _gone: &'static str = consumer.pop().unwrap();
}
