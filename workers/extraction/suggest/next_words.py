"""Words of many languages on links that lead to another page of a list."""

from __future__ import annotations

from typing import Final


def _words(listed: str) -> frozenset[str]:
    return frozenset(word.strip() for word in listed.split("|"))


NEXT: Final = _words(
    """
    next | next page | next » | next results | more results | next posts | more posts | suivant |
    suivante | page suivante | suivants | nächste | nächste seite | naechste | weiter | vor |
    vorwärts | siguiente | siguientes | página siguiente | pagina siguiente | próxima | próximo |
    próxima página | seguinte | avançar | proxima | proximo | successivo | successiva | avanti |
    pagina successiva | prossima | prossimo | volgende | volgende pagina | verder | następna |
    następny | następne | dalej | następna strona | nästa | nästa sida | neste | neste side |
    næste | næste side | seuraava | seuraava sivu | další | následující | další stránka | ďalej |
    ďalšia | következő | tovább | înainte | următoarea | următorul | pagina următoare | επόμενη |
    επόμενο | следующая | следующий | след | вперед | вперёд | далее | дальше |
    следующая страница | следующие | на следующую страницу | наступна | наступний | далі |
    следваща | напред | sljedeća | sledeća | naprijed | naslednja | sonraki | sonraki sayfa |
    ileri | 下一页 | 下一頁 | 下页 | 下頁 | 次へ | 次のページ | 次 | 次ページ | 다음 |
    다음 페이지 | التالي | التالى | الصفحة التالية | הבא | לדף הבא | ถัดไป | หน้าถัดไป | tiếp |
    tiếp theo | trang sau | sau | selanjutnya | berikutnya | halaman berikutnya | seterusnya |
    अगला | अगला पृष्ठ | بعدی | صفحه بعد | järgmine | nākamā | kitas | toliau | hurrengoa |
    següent | næsta | más resultados
    """
)  # fmt: skip
"""What a link to the next page says, in lower case, without arrows."""

OLDER: Final = _words(
    """
    older | older posts | older entries | older post | older articles | older stories |
    previous entries | previous posts | earlier posts | older news | previous articles |
    ältere beiträge | ältere artikel | ältere einträge | ältere posts | entradas antiguas |
    entradas anteriores | entradas más antiguas | mensajes antiguos | articles précédents |
    articles plus anciens | messages plus anciens | anciens articles | postagens mais antigas |
    posts antigos | posts anteriores | artigos anteriores | post più vecchi |
    articoli precedenti | oudere berichten | starsze posty | starsze wpisy | старые записи |
    более старые | предыдущие записи | предыдущие | старые | ранее | äldre inlägg |
    eldre innlegg | ældre indlæg | vanhemmat | starší příspěvky | régebbi bejegyzések |
    daha eski kayıtlar | önceki yazılar | eski yazılar | 旧文章 | 较早的文章 | 較舊的文章 |
    古い投稿 | 以前の記事 | 過去の投稿 | 이전 글 | مواضيع أقدم | المشاركات القديمة |
    articole mai vechi | catatan lama | postingan lama | pos lama | bài đăng cũ hơn | tulisan lama
    """
)  # fmt: skip
"""What a blog's link to older posts says: the list goes on there."""

PREVIOUS: Final = (
    "prev", "previous", "back", "newer", "précédent", "zurück", "vorherige", "anterior",
    "anteriores", "precedente", "indietro", "vorige", "poprzedni", "wstecz", "föregående",
    "forrige", "edellinen", "předchozí", "előző", "назад", "предыдущ", "попередн", "önceki",
    "geri", "上一页", "上一頁", "前へ", "前のページ", "이전", "السابق", "הקודם", "sebelumnya",
    "neuere", "recientes", "récents", "recentes", "новые",
)  # fmt: skip

OTHER: Final = (
    "thread", "topic", "top", "all", "year", "month", "day", "week", "event", "last", "first",
    "slide", "gallery", "photo", "image", "article", "story", "chapter", "project",
)  # fmt: skip
"""English words that say of what it is the next, and it's no page of a list."""

MORE: Final = _words(
    """
    load more | show more | more | view more | see more | more results | load more results |
    show more results | mehr laden | mehr anzeigen | weitere anzeigen | mehr | voir plus |
    afficher plus | charger plus | plus de résultats | ver más | cargar más | mostrar más |
    carregar mais | mostrar mais | ver mais | carica altri | mostra altri | mostra di più |
    meer laden | toon meer | laad meer | załaduj więcej | pokaż więcej | zobacz więcej |
    показать ещё | показать еще | загрузить ещё | загрузить еще | ещё | еще | показати ще |
    visa fler | ladda fler | vis flere | indlæs flere | näytä lisää | lataa lisää |
    zobrazit další | načíst další | továbbiak betöltése | daha fazla | daha fazla göster |
    加载更多 | 查看更多 | 載入更多 | もっと見る | 더보기 | 더 보기 | عرض المزيد | تحميل المزيد |
    muat lebih banyak | xem thêm | tải thêm | mai multe | încarcă mai multe
    """
)  # fmt: skip
"""What a button says that adds to the list."""

ARROWS: Final = frozenset(
    {
        "›", "»", "→", ">", ">>", "▶", "►", "⟩", "❯", "≫", "⇨", "➔", "→→", "▸", "-->", "->", "&gt;",
        "»»",
    }
)  # fmt: skip
LAST_ARROWS: Final = frozenset(
    {
        ">>", "»", ">|", "»|", "»»", "≫", ">>|", "|>",
    }
)  # fmt: skip
LEFT_ARROWS: Final = frozenset(
    {
        "‹", "«", "←", "<", "<<", "◀", "◄", "⟨", "❮", "≪", "⇦", "◂", "|<", "|«", "<-",
    }
)  # fmt: skip
