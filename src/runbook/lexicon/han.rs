//! Traditional Chinese characters as simplified ones, so that one list of words serves both.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::OnceLock;

/// Each traditional character with its simplified one behind it.
const PAIRS: &str = "\
    來来 個个 偵侦 備备 傳传 價价 償偿 優优 儲储 兩两 別别 則则 劃划 動动 務务 區区 協协 參参 員员 問问 \
    啓启 啟启 單单 嗎吗 嚴严 圍围 圖图 團团 執执 報报 場场 壓压 壞坏 實实 審审 將将 專专 對对 導导 層层 \
    帳账 幫帮 庫库 廠厂 張张 後后 從从 復复 態态 憑凭 憶忆 應应 戶户 掛挂 換换 損损 擇择 擊击 據据 擴扩 \
    敗败 斷断 時时 會会 業业 構构 標标 機机 檔档 檢检 權权 歷历 殘残 況况 測测 準准 溝沟 滅灭 滾滚 滿满 \
    潰溃 濾滤 災灾 為为 無无 熱热 狀状 獨独 獲获 現现 環环 畫画 異异 瘓痪 癱瘫 發发 盡尽 監监 確确 碼码 \
    種种 竊窃 節节 範范 簡简 簽签 級级 細细 紹绍 終终 結结 絡络 給给 維维 網网 緊紧 線线 緩缓 練练 縮缩 \
    總总 繫系 習习 聯联 職职 脫脱 與与 舊旧 蓋盖 處处 號号 術术 衝冲 補补 視视 覽览 觸触 計计 訓训 記记 \
    訪访 設设 診诊 該该 詳详 誌志 認认 語语 誤误 說说 調调 證证 議议 護护 變变 負负 責责 資资 蹤踪 軟软 \
    載载 輸输 轉转 這这 連连 進进 過过 遠远 遷迁 選选 遺遗 還还 錄录 錯错 錶表 鎖锁 鏈链 鏡镜 鑰钥 長长 \
    開开 間间 閱阅 關关 陳陈 隊队 際际 險险 離离 難难 雲云 響响 頁页 項项 預预 頻频 題题 類类 駭骇 驗验 \
    體体 點点 \
";

/// The same text with the same number of characters.
pub(super) fn fold(text: &str) -> Cow<'_, str> {
    static SIMPLE: OnceLock<HashMap<char, char>> = OnceLock::new();
    let known = |c: char| {
        (u32::from(c) >= 0x4E00)
            .then(|| SIMPLE.get_or_init(pairs).get(&c).copied())
            .flatten()
    };
    if text.is_ascii() || !text.chars().any(|c| known(c).is_some()) {
        return Cow::from(text);
    }
    Cow::from(
        text.chars()
            .map(|c| known(c).unwrap_or(c))
            .collect::<String>(),
    )
}

fn pairs() -> HashMap<char, char> {
    let pair = |pair: &str| {
        let mut both = pair.chars();
        Some((both.next()?, both.next()?))
    };
    PAIRS.split_whitespace().filter_map(pair).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_ways_of_writing_are_one() {
        for (traditional, simplified) in [
            ("診斷工具", "诊断工具"),
            ("備份還原", "备份还原"),
            ("复旧", "复旧"),
            ("step", "step"),
        ] {
            assert_eq!(fold(traditional), fold(simplified));
        }
        for pair in PAIRS.split_whitespace() {
            assert_eq!(pair.chars().count(), 2, "{pair}");
        }
    }
}
