import Curation
import Foundation
import Testing

@Suite("Languages")
struct LanguageTests {
  @Test(
    "a short passage is enough to tell its language",
    arguments: [
      (
        "en",
        "The council meets every Tuesday in the large hall. The members talk about the budget, and then they vote on it."
      ),
      (
        "de",
        "Der Rat trifft sich jeden Dienstag im großen Saal. Die Mitglieder beraten über den Haushalt, und dann stimmen sie ab."
      ),
      (
        "fr",
        "Le conseil se réunit chaque mardi dans la grande salle. Les membres discutent du budget, et puis ils votent pour lui."
      ),
      (
        "es",
        "El consejo se reúne cada martes en la sala grande. Los miembros hablan del presupuesto, y después votan por él."
      ),
      (
        "it",
        "Il consiglio si riunisce ogni martedì nella sala grande. I membri discutono del bilancio, e poi votano per il piano."
      ),
      (
        "pt",
        "O conselho se reúne toda terça-feira na sala grande. Os membros discutem o orçamento, e depois votam, se é possível."
      ),
      (
        "nl",
        "De raad komt elke dinsdag bijeen in de grote zaal. De leden bespreken de begroting, en daarna stemmen ze over het plan."
      ),
      (
        "sv",
        "Rådet träffas varje tisdag i den stora salen. Medlemmarna talar om budgeten, och sedan röstar de om det är möjligt."
      ),
      (
        "da",
        "Rådet mødes hver tirsdag i den store sal. Medlemmerne taler om budgettet, og derefter stemmer de, hvis det bliver nødvendigt."
      ),
      (
        "no",
        "Rådet møtes hver tirsdag i den store salen. Medlemmene snakker om budsjettet, og etterpå stemmer de, hvis det blir noe av det."
      ),
      (
        "fi",
        "Neuvosto kokoontuu joka tiistai suuressa salissa. Jäsenet keskustelevat talousarviosta, ja sen jälkeen he äänestävät, jos se on tarpeen."
      ),
      (
        "pl",
        "Rada zbiera się w każdy wtorek w dużej sali. Członkowie omawiają budżet, a potem głosują nad tym, co jest ważne."
      ),
      (
        "cs",
        "Rada se schází každé úterý ve velkém sále. Členové projednávají rozpočet, který je v běhu, a pak hlasují, když je třeba."
      ),
      (
        "sk",
        "Rada sa schádza každý utorok vo veľkej sále. Členovia prerokúvajú rozpočet, ktorý je v behu, a potom hlasujú, keď treba."
      ),
      (
        "hu",
        "A tanács minden kedden ülésezik a nagyteremben. A tagok megvitatják a költségvetést, és utána szavaznak, ha az elnök is ott van."
      ),
      (
        "ro",
        "Consiliul se întrunește în fiecare marți în sala mare. Membrii discută bugetul, iar după aceea votează, dacă este nevoie."
      ),
      (
        "tr",
        "Kurul her salı büyük salonda toplanır. Üyeler bütçeyi görüşür, daha sonra oy verir, ama bu toplantı için bir başkan gerekir."
      ),
      (
        "id",
        "Dewan bertemu setiap hari Selasa di ruang besar. Para anggota membahas anggaran yang ada, dan setelah itu mereka memilih."
      ),
      (
        "vi",
        "Hội đồng họp vào mỗi thứ ba trong phòng lớn. Các thành viên thảo luận về ngân sách, sau đó họ bỏ phiếu cho những việc này."
      ),
      (
        "ru",
        "Совет собирается каждый вторник в большом зале. Члены обсуждают бюджет, а потом голосуют, если это было нужно."
      ),
      (
        "uk",
        "Рада збирається щовівторка у великій залі. Члени обговорюють бюджет, а потім голосують, якщо це є потрібно."
      ),
      (
        "bg",
        "Съветът се събира всеки вторник в голямата зала. Членовете обсъждат бюджета, а след това гласуват, ако е нужно."
      ),
      ("el", "Το συμβούλιο συνεδριάζει κάθε Τρίτη στη μεγάλη αίθουσα και τα μέλη συζητούν."),
      ("he", "המועצה נפגשת בכל יום שלישי באולם הגדול והחברים מדברים על התקציב."),
      ("ar", "يجتمع المجلس كل يوم ثلاثاء في القاعة الكبيرة ثم يناقش الأعضاء الميزانية التي هي قيد التنفيذ."),
      ("fa", "شورا هر سه‌شنبه در سالن بزرگ جمع می شود و اعضا درباره بودجه صحبت می کنند و سپس به آن رای می دهند."),
      ("hi", "परिषद हर मंगलवार को बड़े हॉल में मिलती है और सदस्य बजट पर चर्चा करते हैं।"),
      ("th", "สภาประชุมทุกวันอังคารในห้องโถงใหญ่ และสมาชิกคุยกันเรื่องงบประมาณ"),
      ("ko", "위원회는 매주 화요일 큰 방에서 모입니다. 위원들은 예산을 논의합니다."),
      ("ja", "委員会は毎週火曜日に大きな部屋で開かれます。委員は予算について話し合います。"),
      ("zh", "委员会每星期二在大厅开会。委员们讨论预算，然后投票表决。"),
      ("und", "bazu tilo kemar vonu, deri sopam lagu nite; pomer vasi dolen tuka."),
      ("und", "12345 67890 %%%"),
    ])
  func tells(_ code: String, _ text: String) throws {
    let verdict = try ByteTokenizer.curator().curate(name: "a.txt", bytes: Data(text.utf8))
    #expect(verdict.language.rawValue == code, "\(verdict.language.name)")
  }

  @Test(
    "each language passes the filters as English does",
    arguments: [
      "Die Verordnung über die Zulassung von Kraftfahrzeugen regelt die Voraussetzungen der Genehmigung. ",
      "委员会每星期二在大厅开会，委员们讨论预算，然后投票表决。", "สภาประชุมทุกวันอังคารในห้องโถงใหญ่ และสมาชิกคุยกัน ",
      "Совет собирается каждый вторник в большом зале, и члены обсуждают бюджет. ",
    ])
  func passes(_ sentence: String) throws {
    let verdict = try ByteTokenizer.curator().curate(name: "a.txt", bytes: Data(sentence.utf8))
    #expect(verdict.rejection == nil, "\(verdict.summary)")
  }
}
