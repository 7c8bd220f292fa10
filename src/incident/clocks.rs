//! The clocks of an incident: age, RTO left, RPO at risk, and the durations a report states.
