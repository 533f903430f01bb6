#[derive(Clone, Copy, Debug)]
struct Mine;

impl annulus::frames::Header for Mine {}

fn main() {
    let _ends = annulus::frames::ring_with(Mine, 8);
}
