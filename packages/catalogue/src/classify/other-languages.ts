import type { ToolClass } from '../classes/index.ts';
import type { Field, Finding } from './finding.ts';
import { firstWordOf, quotation, readable } from './text.ts';

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

/** First words of sentences in languages that write blanks: what cannot be taken back must not pass for reading in any of the largest. */
const FIRST_WORDS: readonly (readonly [string, ToolClass])[] = [
  [
    `paga pagar transfiere transferir transfere paie payer vire virer paye überweist überweisen bezahlt bezahlen bonifica trasferisce
    переводит перевести платит оплачивает betaalt przelewa öde gönder bayar`,
    'Financial',
  ],
  [
    `elimina eliminar borra borrar suprime suprimir supprime supprimer efface effacer détruit détruire löscht lösche löschen entfernt
    entferne entfernen vernichtet exclui excluir apaga apagar cancella cancellare rimuove удаляет удалить удали очищает стирает
    verwijdert verwijderen usuwa usuń siler sil silme xóa hapus menghapus видаляє видалити يحذف حذف مسح हटाएं हटाता ลบ`,
    'Destructive',
  ],
  [
    `ejecuta ejecutar exécute exécuter lance lancer esegue eseguire executa executar startet starten запускает запустить выполняет
    выполнить uruchamia çalıştırır jalankan menjalankan chạy يشغل تشغيل`,
    'Execute',
  ],
  [
    `crea crear actualiza actualizar crée créer modifie modifier aggiorna cria criar atualiza atualizar erstellt erstellen ändert ändern
    создаёт создает создать обновляет обновить изменяет maakt tworzy oluşturur membuat tạo ينشئ إنشاء`,
    'Write',
  ],
];
const byFirstWord: ReadonlyMap<string, ToolClass> = new Map(
  FIRST_WORDS.flatMap(([words, toolClass]) =>
    words.split(/\s+/).map((word) => [readable(word), toolClass] as const),
  ),
);

/** What the first sentence says, where it is written in another language than English. */
export function readForeign(text: string, field: Field): readonly Finding[] {
  const first = firstWordOf(text.slice(0, LOOKED_AT));
  const toolClass = byFirstWord.get(readable(first));
  if (toolClass !== undefined) return [found(text.slice(0, LOOKED_AT), first, { toolClass, field })];
  if (!HAS_THEM.test(text.slice(0, LOOKED_AT))) return [];
  const [sentence = ''] = text.slice(0, LOOKED_AT).split(/[。\n.]/u);
  const places = VERBS.map(([pattern, of]) => ({ match: pattern.exec(sentence), of }))
    .filter(({ match }) => match !== null)
    .toSorted((a, b) => (a.match?.index ?? 0) - (b.match?.index ?? 0));
  return places
    .slice(0, 1)
    .map(({ match, of }) => found(sentence, match?.[0] ?? '', { toolClass: of, field }));
}

type Said = { readonly toolClass: ToolClass; readonly field: Field };

function found(sentence: string, verb: string, { field, toolClass }: Said): Finding {
  const because = `the verb "${verb}"`;
  return { field, quote: quotation(sentence), class: toolClass, because, strong: true };
}
