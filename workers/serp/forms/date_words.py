"""The words that dates are written with, in the languages in which engines show their pages.

Names of months and the pattern of "3 days ago" are those of the Unicode CLDR (version 47; Persian
has the months of its own calendar beside ours), folded as ``dates.folded`` folds a text.
"""

from __future__ import annotations

from typing import Final

_MONTHS: Final = """
    abe abendua abr abril abu abuztua ag ago agost agosti agosto agu agust agustos agustus aout
    api apirila apr aprel april aprila aprile aprili aprilie aprilis aprill ara aralık aug august
    augusta augusti augusts augustus augusztus avg avgust avq avqust avr avril aza azaroa bal
    balandis balandzio birz birzelio birzelis bre brezen brezna cerven cervence cervenec cervna
    cvc cvn cze czerwca czerwiec dec december decembra decembre decembrie decembris decembro dek
    dekabr des desemba desember desembre dets detsember dez dezember dezembro dic dicembre
    diciembre dis disember disyembre dub duben dubna eka ekaina eki ekim elo elokuu elokuuta ene
    enero eyl eylul feb febbraio febr febreiro febrer febrero februar februara februari februarie
    februaris february fev fevereiro fevr fevral fevrier geg geguze geguzes gen gener gennaio giu
    giugno gru grudnia grudzien gruod gruodis gruodzio haz haziran heina heinakuu heinakuuta helmi
    helmikuu helmikuuta huhti huhtikuu huhtikuuta hul hulyo hun hunyo ian ianuarie ira iraila iul
    iulie iun iunie iyl iyn iyul iyun jaan jaanuar jan janeiro januar januara januari januarie
    january janv janvaris janvier joulu joulukuu joulukuuta juil juillet juin jul jula julai julho
    juli julie julij julijs julio juliol julius july jun juna june junho juni junie junij junijs
    junio junius juny juuli juuni kas kasım kesa kesakuu kesakuuta kol kolovoz kolovoza kov kovas
    kovo kve kveten kvetna kwi kwiecien kwietnia lapkr lapkricio lapkritis led leden ledna liep
    liepa liepos lip lipanj lipca lipiec lipnja lis listopad listopada listopadu loka lokakuu
    lokakuuta lug luglio lut lutego luty maalis maaliskuu maaliskuuta maart mac machi mag maggio
    mai maiatza maig maijs maio maj maja majus mar marc marca march marcius marco marec maret
    marras marraskuu marraskuuta mars marso mart martie marts martxoa marz marzec marzo may mayo
    mayıs mei mrt nis nisan nob nobyembre noiembrie nov novemba november novembra novembre
    novembris novembro noviembre noy noyabr oca ocak oct october octobre octombrie octubre ogo
    ogos okt oktabr oktoba oktober oktobra oktobris oktoober oktubre oktyabr ots otsaila ott
    ottobre out outubro ozu ozujak ozujka paz pazdziernik pazdziernika peb pebrero pro prosinac
    prosinca prosince prosinec rij rijen rijna rugp rugpjucio rugpjutis rugs rugsejis rugsejo ruj
    rujan rujna saus sausio sausis sen sentabr sentyabr sep sept septemba september septembra
    septembre septembrie septembris septiembre set setembre setembro settembre setyembre sie
    sierpien sierpnia sij sijecanj sijecnja spal spalio spalis srp srpanj srpen srpna srpnja stu
    studeni studenoga sty styczen stycznia sub subat svi svibanj svibnja syys syyskuu syyskuuta
    szept szeptember tammi tammikuu tammikuuta tem temmuz touko toukokuu toukokuuta tra travanj
    travnja uno unor unora urr urria urt urtarrila uzt uztaila vas vasario vasaris veebr veebruar
    velj veljaca veljace wrz wrzesien wrzesnia xan xaneiro xul xullo xuno yan yanvar zar zari
    ابان ابريل اذر اردیبهشت اسفند اغسطس اكتوبر اوت اوریل اکتبر بهمن تیر خرداد دسامبر ديسمبر دی
    سبتمبر سپتامبر شهریور فبراير فروردین فوریه مارس مايو مرداد مه مهر نوامبر نوفمبر يناير يوليو
    يونيو ژانویه ژوين ژويیه
    ապր ապրիլ ապրիլի դեկ դեկտեմբեր դեկտեմբերի հլս հնս հնվ հոկ հոկտեմբեր հոկտեմբերի հուլիս հուլիսի
    հունիս հունիսի հունվար հունվարի մայիս մայիսի մարտ մարտի մյս մրտ նոյ նոյեմբեր նոյեմբերի սեպ
    սեպտեմբեր սեպտեմբերի փետրվար փետրվարի փտվ օգոստոս օգոստոսի օգս
    авг август августа апр апрель апреля април ақп ақпан бер березень березня вер верасень верасня
    вересень вересня груд грудень грудня дек декабрь декабря декември дец децембар жел желтоқсан
    жні жнівень жніуня жовт жовтень жовтня июл июль июля июн июнь июня кас кастрычнік кастрычніка
    квіт квітень квітня кра красавік красавіка лип липень липня лист листопад листопада лют лютага
    лютии лютого люты ліп ліпень ліпеня ліс лістапад лістапада маи мам мамыр мар март марта мау
    маусым мая мај нау наурыз нов новембар ное ноември нояб ноябрь ноября окт октобар октомври
    октябрь октября сак сакавік сакавіка сент сентябрь сентября сеп септембар септември серп
    серпень серпня сне снежань снежня сту студзень студзеня січ січень січня сәу сәуір там тамыз
    трав травень травня феб фебруар фев февр февраль февраля февруари черв червень червня чэр
    чэрвень чэрвеня шіл шілде юли юни янв январь января яну януари јан јануар јануари јул јули јун
    јуни қаз қазан қар қараша қаң қаңтар қыр қыркүиек
    अकटू अकटूबर अग अगसत अपरैल जन जनवरी जुल जुलाई जून दिस दिसंबर नव नवंबर फर फरवरी मई मारच सित
    सितंबर
    აგვ აგვისტო აპრ აპრილი დეკ დეკემბერი თებ თებერვალი იან იანვარი ივლ ივლისი ივნ ივნისი მაი მაისი
    მარ მარტი ნოე ნოემბერი ოქტ ოქტომბერი სექ სექტემბერი
    απρ απριλιοσ απριλιου αυγ αυγουστοσ αυγουστου δεκ δεκεμβριοσ δεκεμβριου ιαν ιανουαριοσ
    ιανουαριου ιουλ ιουλιοσ ιουλιου ιουν ιουνιοσ ιουνιου μαι μαιοσ μαιου μαρ μαρτιοσ μαρτιου νοε
    νοεμβριοσ νοεμβριου οκτ οκτωβριοσ οκτωβριου σεπ σεπτεμβριοσ σεπτεμβριου φεβ φεβρουαριοσ
    φεβρουαριου
    אוג אוגוסט אוק אוקטובר אפר אפריל דצמ דצמבר יולי יוני ינו ינואר מאי מרץ נוב נובמבר ספט ספטמבר
    פבר פברואר
    กค กพ กมภาพันธ์ กย กรกฎาคม กันยายน ตค ตลาคม ธค ธันวาคม พค พย พฤศจิกายน พฤษภาคม มกราคม มค
    มิถนายน มิย มีค มีนาคม สค สิงหาคม เมย เมษายน
    """
MONTHS: Final = frozenset(_MONTHS.split())
"""Names of months, whole and cut, in every case that a date has them in."""

_AMBIGUOUS: Final = "ag des dub gen led lip mac mag out pro set tra"
AMBIGUOUS: Final = frozenset(_AMBIGUOUS.split())
"""Names of months that are words in other languages: "Pro 2026" and "Set 5" are no dates."""

_JOINERS: Final = """
    a al d de del den der di do e el er g gada i la le m n nam nd ngay of r rd st th the v y
    թ
    в г го год года ж жыл р року році рік
    שנת
    คศ พศ
    """
JOINERS: Final = frozenset(_JOINERS.split())
"""Words that stand between the parts of a date and tell nothing."""

AGO: Final = {
    "ago": "s sec second m min h hr hour d day w wk week mo month y yr year",
    "vor": "sek sekund min std stunde tag wo woche monat mon jahr h",
    "il y a": "s sec min h heure j jour sem semaine mois an",
    "hace": "seg segund min h hora d dia sem semana mes an a",
    "hai": "min hora dia semana mes an",
    "fa": "sec min h ora ore g gg giorn sett settiman mes ann an dia die hor setm setman minut",
    "ha": "seg min h hora d dia sem semana mes ano",
    "atras": "seg min h hora d dia sem semana mes ano",
    "geleden": "s sec min u uur uren d dag dgn week weken maand jaar",
    "gelede": "min uur ure dag dae week weke maand jaar",
    "for sen": "min tim d v man ar",
    "for sedan": "sek min tim timm d dag v veck man manad ar",
    "sedan": "sek min tim timm d dag v veck man manad ar",
    "for siden": "sek min t time d dag døgn u uge uke md maned ar",
    "siden": "sek min t time d dag døgn u uge uke md mdr maned ar",
    "fyrir": "minut min klst klukkustund deg dog dag vik manu ar",
    "sitten": "s sek min t tunti tuntia pv paiv vk viikk kk kuukau v vuosi vuotta",
    "eest": "s sek min t tunni p paev nad kuu aasta",
    "tagasi": "s sek min t tund tunni p paev nad kuu aasta",
    "temu": "sek min godz g dzien dni tydz tyg mies rok lat",
    "pred": "sek min h hodin d dn den tyd tyz mes r rok let l dnev ur uro ted",
    "prije": "sek min h sat d dan tj tjed mj mjesec g godin",
    "pre": "min h sat d dan ned nedelj mesec god godin",
    "ezelott": "masodperc perc ora orav nap het honap ev evv",
    "acum de": "minute ore zile saptaman luni ani",
    "acum": "sec min h ora ore zi zile sapt saptaman lun an",
    "once": "sn san dk dakika sa saat gun hf hafta ay yil yıl",
    "evvel": "deqiqe saat gun hefte ay il",
    "əvvəl": "dəqiqə saat gun həftə ay il",
    "oldin": "daqiqa soat kun hafta oy yil",
    "pries": "sek min val d dien sav sava men m met",
    "pirms": "sek min st stund h d dien ned nedel men g gad",
    "yang lalu": "detik menit jam hari minggu bulan tahun",
    "lalu": "dtk detik mnt menit minit jam hari h mgg minggu bln bulan thn tahun",
    "truoc": "giay phut gio ngay tuan thang nam",
    "ang nakalipas": "minuto oras araw linggo buwan taon",
    "nakaraan": "minuto oras araw linggo buwan taon",
    "uliopita": "mwezi mwaka",
    "iliyopita": "dakika saa siku wiki miezi mwezi miaka mwaka",
    "zilizopita": "dakika saa siku wiki miezi miaka",
    "duela": "minutu ordu egun aste hilabete urte",
    "назад": "с сек мин ч час д дн день дня днеи н нед мес г год лет л",
    "тому": "сек хв хвилин год годин дн день дні днів тиж тижн міс місяц р рік рок",
    "тому назад": "сек хв мін год день дн тиж міс рік рок",
    "таму": "хвілін гадзін дзень дні дзен тыд месяц год гад",
    "пр": "сек мин ч д седм м г",
    "преди": "сек мин ч час д ден дни седм м месец г годин",
    "пред": "мин час ден дена седмиц месец годин",
    "пре": "мин сат дан дана недељ месец годин",
    "бұрын": "минут сағат күн апта аи жыл",
    "πριν": "δ δευτ λ λεπ ω ωρ ημ ημερ εβδ εβδομαδ μ μην ετ",
    "πριν απο": "δευτ λεπ ω ωρ ημ ημερ εβδ εβδομαδ μην ετ χρον",
    "წინ": "წუთ საათ დღ კვირ თვ წლ",
    "առաջ": "րոպե ժամ օր շաբաթ ամիս տարի",
    "قبل": "ثان ثوان دقيق دقايق ساع يوم ايام اسبوع اسابيع شهر اشهر سن عام ثانیه دقیقه روز هفته ماه",
    "منذ": "ثان ثوان دقيق دقايق ساع يوم ايام اسبوع اسابيع شهر اشهر سن عام",
    "پیش": "ثانیه دقیقه ساعت روز هفته ماه سال",
    "לפני": "שני דק שע יום ימים יומי שב חו חודש שנ",
    "पहले": "सेकंड से मिनट मि घंटे घं दिन सपताह हफ माह महीन वरष साल",
}
"""What says "ago" in a language → its units: those of two letters and more are beginnings."""

AGO_IN_UNIT: Final = frozenset(("masodperce", "perce", "oraja", "napja", "hete", "honapja", "eve"))
"""Units that say "ago" by their ending: Hungarian ``3 napja``."""

WITHOUT_NUMBER: Final = frozenset({"temu", "назад", "тому", "таму", "قبل", "منذ", "לפני"})
"""Those before or behind which a unit alone means one of it, or two."""

_ONE: Final = """
    a an bir een egy ein eine einem einer en et ett jeden one um uma un una une unei uno unul
    واحد واحدة
    """
ONE: Final = frozenset(_ONE.split())

_DAYS: Final = """
    aujourd'hui ayer azi bugun danas danes dnes dun dzis dzisiaj eile eilen gestern gisteren heute
    hoje hom_nay hom_qua hoy i_dag i_gar idag ieri igar jucer kemarin oggi ontem semalam siandien
    sodien tana tanaan tegnap today vakar vandaag vcera vceraj wczoraj yesterday
    اليوم امروز امس ديروز
    今天 今日 前天 昨天 昨日
    вчера вчора днес сегодня сення сьогодні учора
    आज कल
    σημερα χθεσ
    어제 오늘
    אתמול היום
    วนน เมอวาน
    """
DAYS: Final = frozenset(_DAYS.split())
"""Words for yesterday and today; ``_`` stands for a space."""

YEAR, MONTH, DAY = "年년", "月월", "日号號일"
"""What stands behind the number, in Chinese and Japanese, and in Korean."""

_UNITS: Final = """
    秒 秒钟 秒鐘 分 分钟 分鐘 小时 小時 个小时 個小時 時間 天 日 日間
    周 星期 个星期 週 週間 个月 個月 箇月 か月 ヶ月 カ月 ヵ月 年
    초 분 시간 일 주 개월 달 년
    วินาที นาที ชั่วโมง ชม. วัน สัปดาห์ เดือน ปี
    """
UNITS: Final = _UNITS.split()
"""Units of languages that leave no space between words."""

BEFORE: Final = ("前", "之前", "以前", "전", "ที่ผ่านมา", "ที่แล้ว", "ก่อน")
"""What says "ago" in those."""
