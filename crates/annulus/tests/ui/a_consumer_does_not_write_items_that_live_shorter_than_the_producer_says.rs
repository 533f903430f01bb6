use annulus::spsc::{Consumer, ring};

fn write_a_borrow<'a>(consumer: Consumer<&'static str>, text: &'a str) {
    let mut consumer: Consumer<&'a str> = consumer;
    *consumer.peek_mut().unwrap() = text;
}

fn main() {
    let (mut producer, consumer) = ring::<&'static str>(1);
    producer.push("stays").unwrap();
    write_a_borrow(consumer, &String::from("gone"));
    let _gone: Option<&'static str> = producer.force_push("next").unwrap();
}
