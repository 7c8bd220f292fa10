//! What the sentence before a block says of it: to be run, or what is printed.

use crate::runbook::phrases::Phrases;

static OUTPUT: Phrases = Phrases::new(
    "expected output|expected result|expected response|example output|sample output|output:|\
    outputs:|returns:|response:|you should see|might see|may see|should return|should show|should look like|\
    looks like this|similar to|will look like|example response|sample response|should see|\
    output looks|output is|output will|expected:|printed|error message|the following error|\
    error log|log message|log line|in the log|logs show|the logs|prints|示例输出|预期输出|输出|出力例|出力|\
    期待される|예상 출력|출력|sortie attendue|salida esperada|saída esperada|erwartete ausgabe|вывод|ожидаемо:|ожидается:|ожидаем|\
    kết quả|the result:|result:|results in",
);

static COMMAND: Phrases = Phrases::new(
    "run |run:|execute|using the command|with the command|following command|command:|执行|運行|运行|\
    実行|실행|exécut|ejecut|chạy|выполн|execut|ausführen",
);

/// The sentence before a block says that it shows what is printed.
pub(in crate::runbook) fn announces_output(caption: &str) -> bool {
    let lower = last_sentence(caption);
    OUTPUT.any(&lower) && !lower.contains("run the following")
}

/// The sentence before a block says that it is to be run.
pub(super) fn announces_command(caption: &str) -> bool {
    let lower = last_sentence(caption);
    COMMAND.any(&lower)
}

fn last_sentence(caption: &str) -> String {
    let lower = caption.to_lowercase();
    let trimmed = lower.trim_end_matches([':', '：', '.', ' ', '*', '\n']);
    let start = trimmed
        .rfind(". ")
        .or_else(|| trimmed.rfind('\n'))
        .map_or(0, |at| at + 1);
    lower[start..].trim().to_owned()
}
