//! Which of a message's forms goes with a number: the `Plural-Forms` of a catalogue, an
//! expression in C over `n`.

/// How deep an expression may nest.
const MAX_DEPTH: usize = 32;

/// Longer expressions are refused.
const MAX_LENGTH: usize = 1000;

/// The rule of a language.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct PluralRule(Expression);

#[derive(Clone, Debug, PartialEq)]
enum Expression {
    Number,
    Constant(u64),
    Not(Box<Expression>),
    Binary(&'static str, Box<Expression>, Box<Expression>),
    Choice(Box<[Expression; 3]>),
}

/// The operators by precedence, the weakest first.
const OPERATORS: &[&[&str]] = &[
    &["||"],
    &["&&"],
    &["==", "!="],
    &["<=", ">=", "<", ">"],
    &["+", "-"],
    &["*", "/", "%"],
];

impl PluralRule {
    /// The rule of languages that say nothing else: 1 is singular.
    pub(crate) fn germanic() -> Self {
        let (number, one) = (Expression::Number, Expression::Constant(1));
        Self(Expression::Binary("!=", Box::new(number), Box::new(one)))
    }

    /// Reads the value of a `Plural-Forms` header; `None` if it has no usable expression.
    pub(crate) fn parse(header: &str) -> Option<Self> {
        let mut fields = header.split(';');
        let text = fields.find_map(|field| field.trim().strip_prefix("plural="))?;
        if text.len() > MAX_LENGTH {
            return None;
        }
        let mut parser = Parser { rest: text };
        let expression = parser.choice(0)?;
        parser.rest.trim().is_empty().then_some(Self(expression))
    }

    /// The index of the form for `n`.
    pub(crate) fn index(&self, n: u64) -> usize {
        usize::try_from(self.0.value(n)).unwrap_or(usize::MAX)
    }
}

impl Expression {
    fn value(&self, n: u64) -> u64 {
        match self {
            Self::Number => n,
            Self::Constant(constant) => *constant,
            Self::Not(inner) => u64::from(inner.value(n) == 0),
            Self::Choice(parts) => {
                let [condition, yes, no] = parts.as_ref();
                match condition.value(n) {
                    0 => no.value(n),
                    _ => yes.value(n),
                }
            }
            Self::Binary(operator, left, right) => {
                let left = left.value(n);
                let right = || right.value(n);
                match *operator {
                    "||" => u64::from(left != 0 || right() != 0),
                    "&&" => u64::from(left != 0 && right() != 0),
                    "==" => u64::from(left == right()),
                    "!=" => u64::from(left != right()),
                    "<=" => u64::from(left <= right()),
                    ">=" => u64::from(left >= right()),
                    "<" => u64::from(left < right()),
                    ">" => u64::from(left > right()),
                    "+" => left.saturating_add(right()),
                    "-" => left.saturating_sub(right()),
                    "*" => left.saturating_mul(right()),
                    "/" => left.checked_div(right()).unwrap_or(0),
                    _ => left.checked_rem(right()).unwrap_or(0),
                }
            }
        }
    }
}

struct Parser<'a> {
    rest: &'a str,
}

impl Parser<'_> {
    fn choice(&mut self, depth: usize) -> Option<Expression> {
        if depth > MAX_DEPTH {
            return None;
        }
        let condition = self.binary(0, depth)?;
        if !self.take("?") {
            return Some(condition);
        }
        let yes = self.choice(depth + 1)?;
        if !self.take(":") {
            return None;
        }
        let no = self.choice(depth + 1)?;
        Some(Expression::Choice(Box::new([condition, yes, no])))
    }

    fn binary(&mut self, level: usize, depth: usize) -> Option<Expression> {
        let Some(operators) = OPERATORS.get(level) else {
            return self.atom(depth);
        };
        let mut left = self.binary(level + 1, depth)?;
        let mut length = 0;
        while let Some(operator) = operators.iter().find(|operator| self.take(operator)) {
            length += 1;
            if length > MAX_DEPTH {
                return None;
            }
            let right = self.binary(level + 1, depth)?;
            left = Expression::Binary(operator, Box::new(left), Box::new(right));
        }
        Some(left)
    }

    fn atom(&mut self, depth: usize) -> Option<Expression> {
        if depth > MAX_DEPTH {
            return None;
        }
        if self.take("!") {
            return Some(Expression::Not(Box::new(self.atom(depth + 1)?)));
        }
        if self.take("(") {
            let inner = self.choice(depth + 1)?;
            return self.take(")").then_some(inner);
        }
        if self.take("n") {
            return Some(Expression::Number);
        }
        let digits = self.rest.bytes().take_while(u8::is_ascii_digit).count();
        let (number, rest) = self.rest.split_at(digits);
        self.rest = rest;
        number.parse().ok().map(Expression::Constant)
    }

    fn take(&mut self, token: &str) -> bool {
        self.rest = self.rest.trim_start();
        match self.rest.strip_prefix(token) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_of_languages() {
        let check = |rule: &str, expected: &[usize]| {
            let rule = PluralRule::parse(&format!("nplurals=9; plural={rule};")).unwrap();
            let forms: Vec<usize> = (0..expected.len()).map(|n| rule.index(n as u64)).collect();
            assert_eq!(forms, expected);
        };
        check("0", &[0, 0, 0]);
        check("(n != 1)", &[1, 0, 1]);
        check("n>1", &[0, 0, 1]);
        check("(n==1) ? 0 : (n>=2 && n<=4) ? 1 : 2", &[2, 0, 1, 1, 1, 2]);
        check(
            "(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2)",
            &[
                2, 0, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 0, 1,
            ],
        );
        check("!n + 2*n - 1", &[0, 1, 3]);
        check("n % 0", &[0, 0]);
    }

    #[test]
    fn what_is_no_rule() {
        let deep = format!("plural={}n", "(".repeat(500));
        let long = format!("plural=n{}", "+n".repeat(400));
        let negated = format!("plural={}n", "!".repeat(400));
        for text in [
            "",
            "plural=",
            "plural=n n",
            "plural=m",
            "plural=n ? 1",
            "plural=(n",
            "nplurals=2",
            "plural=99999999999999999999",
            "plural=system(n)",
            &deep,
            &long,
            &negated,
        ] {
            assert_eq!(PluralRule::parse(text), None, "{text}");
        }
    }
}
