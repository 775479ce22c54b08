//! dump
use syntect::parsing::*;
fn main(){ let a:Vec<String>=std::env::args().collect(); let s=two_face::syntax::extra_newlines(); let x=s.find_syntax_by_name(&a[1]).unwrap(); let t=std::fs::read_to_string(&a[2]).unwrap(); let mut p=ParseState::new(x); let mut st=ScopeStack::new();
 for line in syntect::util::LinesWithEndings::from(&t){ let ops=p.parse_line(line,&s).unwrap(); let mut at=0; let f=|st:&ScopeStack,t:&str| if !t.is_empty(){ println!("{}\t{:?}",st.as_slice().iter().map(|s|s.build_string()).collect::<Vec<_>>().join(" "),t)}; for (i,op) in ops { f(&st,&line[at..i]); at=i; st.apply(&op).unwrap(); } f(&st,&line[at..]); } }
