"""The names of weekdays in the languages in which engines show their pages.

Those of the Unicode CLDR, whole and cut, folded as ``dates.folded`` folds a text; a name of several
words (``quarta-feira``, ``thu ba``) is in here word by word.
"""

from __future__ import annotations

from typing import Final

_WEEKDAYS: Final = """
    ahad ahd al alhamisi an antradienis ar asteartea asteazkena astelehena axsamı az ba bay bazar
    be biy biyernes ca car carsamba cet cetrtek ceturtd ceturtdiena cetvrtak chor chorshanba chu
    cmt cn crs cs csutortok ct ctv ctvrtek cum cuma cumartesi cumə cz czw czwartek cərsənbə dc dg
    di die dienstag dijous dilluns dim dimanche dimarts dimecres dinsdag dissabte diumenge
    divendres dj dl do dom domenica domingo don donderdag donnerstag ds dt dum duminica dush
    dushanba dv ertəsi esmaspaev feira fim fimmtudagur fos fostudagur fr fre fred fredag freitag
    fri friday gio giovedi hai hetfo huw huwebes ig igandea ijumaa isn isnin je jeu jeudi joi ju
    jue jueves jum juma jumaat jumamosi jumanne jumapili jumat jumatano jumatatu kam kamis ke kedd
    keskiviikko keskiviikkona ketvirtadienis kha khamis kolmapaev kt la larunbata lau lauantai
    lauantaina laugardagur laupaev lin linggo lor lord lordag lr lu lun lundi lunedi lunes luni
    luns lør lørdag ma maanantai maanantaina maandag man mand mandag manudagur mar mardi martedi
    martes marti me mer mercoledi mercores mercredi mi mie miercoles miercuri min minggu mit
    mittwoch miy miyerkules mið miðvikudagur mo mon monday montag nam nd ne ned nedela nedele
    nedeli nedelja nedelu nedjelja neljapaev nhat nie niedz niedziela niedziele og ons onsd onsdag
    or osteguna ostirala otrd otrdiena pa pat patek patku pay payshanba paz pazar pazartesi pe
    penktadienis pentek per perjantai perjantaina persembe pet petak petek pi pia piatek piatok
    piektd piektdiena pirmadienis pirmd pirmdiena pn po pon pondeli pondelok ponedeljak ponedeljek
    ponedjeljak poniedzialek poniedziałek pr prs pt puhapaev pzt qua quarta qui quinta rab rabu
    reede sa sab sabado sabato sabtu sal salı sam sambata samedi samstag sat saterdag saturday sau
    sb seg segunda sekmadienis sel selasa sen senin sesh seshanba sestadienis sestd sestdiena sex
    sexta shan shanba sk so sob sobota sobote sobotu soboty son sond sondag sonntag sr sre sreda
    sri srijeda sro sroda srode st str streda stredu stredy stvrtok su sub subota sun sunday
    sunnudagur sunnuntai sunnuntaina svetd svetdiena sze szerda szo szombat søn søndag sənbə
    teisipaev ter terca thu thursday ti tiistai tiistaina tir tirs tirsdag tis tisd tisdag to tor
    torek tors torsd torsdag torstai torstaina tr treciadienis tresd tresdiena tu tue tues tuesday
    ut ute utery uto utorak utorok vas vasarnap ve ven vendredi venerdi venres vi vie viernes vin
    vineri vr vrijdag vrydag we wed wednesday wo woensdag wt wto wtorek xov xoves yak yakshanba za
    zaterdag zo zondag þri þriðjudagur
    δευ δευτερα κυρ κυριακη παρ παρασκευη πεμ πεμπτη σαβ σαββατο τετ τεταρτη τρι τριτη
    ау аут ауторак беисенбі бс воскресение воскресенье вс вск вт вто вторник втр вів вівтор
    вівторок дс дүисенбі жексенбі жм жс жұма нд нед недела неделя недеља неділ неділю неділя няд
    нядзеля панядзелак пет петак петок петък пн пнд пон понед понеделник понедельник понедељак
    понеділок пт птн пят пятница пятницу пятніца саб сабота сб сбт сеисенбі сенбі сер серада серед
    середа середу ср срд сре среда среду сря сряда сс суб суббота субботу субот субота суботу
    събота сәрсенбі уто уторак чацвер чв чет четвер четверг четвртак четврток четвъртък чт чтв чц
    чцв п ятницю ятниця
    երեքշաբթի երկ երկուշաբթի երք կիր կիրակի հինգշաբթի հնգ շաբաթ շբթ ուր ուրբաթ չորեքշաբթի չրք
    חמישי יום ראשון רביעי שבת שישי שלישי שני
    الاثنين الاحد الاربعاء الثلاثاء الجمعة الجمعه الخميس السبت جمعه دو دوشنبه روز سه سهشنبه شنبه
    پنج پنجشنبه چهار چهارشنبه یکشنبه
    गुरु गुरुवार बुध बुधवार मंगल मंगलवार रवि रविवार शनि शनिवार शुकर शुकरवार सोम सोमवार
    จันทร์ พธ พฤ พฤหัส พฤหัสบดี วันจันทร์ วันจันทร์ที วันพธ วันพธที วันพฤหัสบดี วันพฤหัสบดีที
    วันศกร์ วันศกร์ที วันอังคาร วันอังคารที วันอาทิตย์ วันอาทิตย์ที วันเสาร์ วันเสาร์ที ศกร์ อังคาร
    อา อาทิตย์ เสาร์
    კვი კვირა ოთხ ოთხშაბათი ორშ ორშაბათი პარ პარასკევი სამ სამშაბათი შაბ შაბათი ხუთ ხუთშაბათი
    """
WEEKDAYS: Final = frozenset(_WEEKDAYS.split())

IN_CHARACTERS: Final = (
    r"(?:星期|礼拜|禮拜|周|週)[一二三四五六日天]|[月火水木金土日]曜日?|[월화수목금토일]요일"
    r"|[(（][月火水木金土日월화수목금토일][)）]"
)
"""Weekdays of Chinese, Japanese and Korean (regular expression); one character, in brackets."""
