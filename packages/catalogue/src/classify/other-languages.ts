import type { ToolClass } from '../classes/index.ts';
import type { Field, Finding } from './finding.ts';
import { quotation } from './text.ts';

/** Verbs of languages that write no blanks, so that their sentences have no words to look up. */
const VERBS: readonly (readonly [RegExp, ToolClass])[] = [
  [/支付|付款|转账|退款|購入|送金/u, 'Financial'],
  [/删除|刪除|清空|移除|销毁|削除|삭제/u, 'Destructive'],
  [/执行|執行|运行|启动|停止|重启|部署|実行|起動|실행/u, 'Execute'],
  [/创建|新增|添加|更新|修改|写入|保存|上传|发送|作成|追加|編集|생성|수정/u, 'Write'],
  [/获取|查询|搜索|列出|读取|查看|检索|取得|検索|一覧|조회|검색/u, 'Read'],
];
const HAS_THEM = /[\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7af]/u;
/** The verb stands at the beginning or the end of such a sentence; this much of it is looked at. */
const LOOKED_AT = 60;

/** What the first sentence says, where it is written in such a language. */
export function readForeign(text: string, field: Field): readonly Finding[] {
  if (!HAS_THEM.test(text.slice(0, LOOKED_AT))) return [];
  const [sentence = ''] = text.slice(0, LOOKED_AT).split(/[。\n.]/u);
  const places = VERBS.map(([pattern, toolClass]) => ({ match: pattern.exec(sentence), toolClass }))
    .filter(({ match }) => match !== null)
    .toSorted((a, b) => (a.match?.index ?? 0) - (b.match?.index ?? 0));
  return places.slice(0, 1).map(({ match, toolClass }) => ({
    field,
    quote: quotation(sentence),
    class: toolClass,
    because: `the verb "${match?.[0] ?? ''}"`,
    strong: true,
  }));
}
