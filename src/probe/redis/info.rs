//! What Redis says of itself: the answer to `INFO`.
//!
//! PURE: text in, figures out.

use std::collections::HashMap;

/// Fields by name.
#[derive(Debug, Clone, Default, PartialEq)]
pub(in crate::probe) struct Info(HashMap<String, String>);

/// A replica as its master sees it.
#[derive(Debug, Clone, Default, PartialEq)]
pub(in crate::probe) struct Replica {
    pub address: String,
    pub state: String,
    pub offset: Option<f64>,
    /// Since it last acknowledged anything.
    pub lag_seconds: Option<f64>,
}

impl Info {
    /// Reads `name:value` lines; headings and what is not understood are passed over.
    pub fn parse(text: &str) -> Self {
        let fields = text
            .lines()
            .filter(|line| !line.starts_with('#'))
            .filter_map(|line| line.trim_end().split_once(':'))
            .map(|(name, value)| (name.to_owned(), value.to_owned()));
        Info(fields.collect())
    }

    pub fn text(&self, name: &str) -> &str {
        self.0.get(name).map_or("", String::as_str)
    }

    pub fn number(&self, name: &str) -> Option<f64> {
        self.0.get(name)?.parse().ok()
    }

    pub fn is_master(&self) -> bool {
        self.text("role") == "master"
    }

    /// Whether a replica hears its master.
    pub fn is_linked(&self) -> bool {
        self.text("master_link_status") == "up"
    }

    /// Bytes of the replication stream: written by a master, applied by a replica.
    pub fn offset(&self) -> Option<f64> {
        if self.is_master() {
            self.number("master_repl_offset")
        } else {
            self.number("slave_repl_offset")
        }
    }

    /// In the order of the server: `slave0:ip=…,port=…,state=online,offset=…,lag=0`.
    pub fn replicas(&self) -> Vec<Replica> {
        (0..)
            .map_while(|index| self.0.get(&format!("slave{index}")))
            .map(|line| {
                let fields: HashMap<&str, &str> = line
                    .split(',')
                    .filter_map(|field| field.split_once('='))
                    .collect();
                let text = |name: &str| fields.get(name).copied().unwrap_or_default();
                let number = |name: &str| text(name).parse().ok();
                Replica {
                    address: format!("{}:{}", text("ip"), text("port")),
                    state: text("state").to_owned(),
                    offset: number("offset"),
                    lag_seconds: number("lag").filter(|lag: &f64| *lag >= 0.0),
                }
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_and_replicas_are_read() {
        let info = Info::parse(
            "# Replication\r\nrole:master\r\nconnected_slaves:1\r\n\
             slave0:ip=10.0.0.2,port=6380,state=online,offset=4200,lag=1\r\n\
             master_repl_offset:4242\r\nbroken line\r\nused_memory_human:1.2M\r\n",
        );
        assert!(info.is_master());
        assert_eq!(info.offset(), Some(4242.0));
        assert_eq!(info.number("used_memory_human"), None);
        assert_eq!(info.text("nothing"), "");
        assert_eq!(
            info.replicas(),
            [Replica {
                address: "10.0.0.2:6380".into(),
                state: "online".into(),
                offset: Some(4200.0),
                lag_seconds: Some(1.0),
            }]
        );
    }
}
