/// The commonest short words of languages that share a script: articles, prepositions, pronouns, forms of "to be".
enum FunctionWords {
  static let latin: [String: String] = [
    "en":
      "the of and to in is that it for was with as his on be at by this had not are but from or have an they which one you were her all she there would their we him been has when who will more no if out so said what up its about into than them can only other new some could time these two may then do first any my now such like our over me even most made after also did many before must through where your well should because each between under use used",
    "de":
      "der die und in den von zu das mit sich des auf für ist im dem nicht ein eine als auch es an werden aus er hat dass sie nach wird bei einer um am sind noch wie einem über einen so zum war haben nur oder aber vor zur bis mehr durch man sein wurde sei ich wir kann können diese dieser dieses wenn unter gegen vom ihre ihr seine keine ohne zwischen muss sollte hier nun mich uns",
    "fr":
      "le la les de des et en un une du que est dans qui pour par sur pas plus au ne se ce il sont avec ou son aux cette été ses être mais comme leur nous vous elle fait ont était sans même tout peut deux aussi ces entre après dont lui bien où si je",
    "es":
      "de la que el en y a los se del las un por con no una su para es al lo como más o pero sus le ha me si sin sobre este ya entre cuando todo esta ser son dos también fue había era muy años hasta desde está mi porque qué sólo han yo hay vez puede todos así nos ni parte tiene él uno donde bien",
    "it":
      "di e il la che in a un per è non una sono con del si da come le i dei nel alla più al lo della ha gli delle ma anche dal se ed degli suo nella questo o ai dalla sua era essere quando tra ci stato su questa loro solo cui due prima ancora fra può dopo così tutti fatto",
    "pt":
      "de a o que e do da em um para é com não uma os no se na por mais as dos como mas foi ao ele das tem à seu sua ou ser quando muito há nos já está eu também só pelo pela até isso ela entre era depois sem mesmo aos ter seus quem nas me esse eles estão você tinha foram essa num nem suas meu às minha têm são",
    "ca":
      "de la i el que a en els per un una les amb del es al no va dels més com o són pel si ha també aquest aquesta seva seu hi entre però ser ja sobre fins on molt quan han tot perquè després havia dos són aquests",
    "nl":
      "de het een van en in is dat op te zijn met voor niet die aan er om ook als dan maar bij of uit nog naar heeft hebben worden wordt door over ze zich ik hij je was had geen deze wel kan tot meer zo werd wat hun haar moet kunnen dit we onder tegen na veel waar mijn",
    "sv":
      "och i att det som en på är av för med den till inte om de ett har han var jag ett men sig från vi så kan när år hade under också efter eller nu sin där vid mot ska skulle kommer ut får finns vara hon alla andra mycket än här då bara blir mellan detta dessa utan genom",
    "da":
      "og i at det er en til på som af for med den der de ikke et har han var jeg men sig fra vi så kan når år havde under også efter eller nu sin hvor ved mod skal ville kommer ud får vil være hun alle andre meget end her da blev bliver mellem dette disse uden gennem kun hvis blevet",
    "no":
      "og i det er på som en til av for med at den de ikke et har han var jeg men seg fra vi så kan når år hadde under også etter eller nå sin hvor ved mot skal ville kommer ut får vil være hun alle andre mye enn her da ble blir mellom dette disse uten gjennom bare hvis blitt noe noen",
    "fi":
      "ja on ei että se oli hän mutta ovat joka kun niin myös kuin tai sen en ole jos mitä olla vain ne jo hänen nyt minä sitä tämä jotka mukaan siitä voi ollut sekä kaikki tämän olisi kanssa vielä jälkeen ennen eivät siinä me sinä vuoden mikä miten",
    "pl":
      "w i na z się do nie że to jest o a od jak po za przez ale co są dla tym być już oraz jego lub tego który które ze czy tylko pod może była było był także przy ma przed jej ich ten ta go bardzo można jako gdy która których nad bez między tak",
    "cs":
      "a v se na že je o s z do i to k ve pro za by ale si po jako od jsem tak jak při nebo co byl která které který jeho již jsou jen bylo až aby má být před také není mezi pod však když podle ze která této nad bez jejich jejího",
    "sk":
      "a v sa na že je o s z do aj to k vo pre za by ale si po ako od som tak ak pri alebo čo bol ktorá ktoré ktorý jeho už sú len bolo až aby má byť pred tiež nie medzi pod však keď podľa zo nad bez ich",
    "hu":
      "a az és hogy nem is egy ez meg van csak volt már ki mint de azt ha még el vagy fel lehet le mert kell minden azonban között után szerint ezt ő úgy amely pedig sem így több akkor nagyon volna én lesz illetve során által majd",
    "ro":
      "de și în la a cu pe din că nu o mai un este se pentru ce sau care ca au fost al ale fi lui ai dar după această acest sunt prin ei o între până fără am avea era unei unui dintre foarte când cum doar poate trebuie",
    "tr":
      "ve bir bu da de için ile olarak çok daha gibi olan en kadar ne sonra ise ama ya o var değil mi her ki olduğu göre tarafından iki şey ben yok diye veya önce içinde üzerinde bütün sadece ancak nasıl zaman",
    "id":
      "yang dan di dengan untuk tidak ini dari dalam itu pada ke adalah akan oleh juga dapat sebagai atau ada mereka telah bisa karena saya tersebut lebih seperti kita sudah kami harus menjadi tahun satu bahwa secara saat antara hanya kepada setelah namun",
    "vi":
      "và của là có được trong cho không các một người với những đã này để khi từ về như đến cũng ra ở sẽ vào nhiều tại lại làm phải năm nhưng trên bị hay đó theo nếu thì rất chỉ vì đang",
    "hr":
      "i u je se na da su za od s a ne koji što kao iz o bi to ili ali će koje po bio koja kako samo do već bila sve nije također jer između prije kad te može pri nakon svoje biti nego gdje još bez njegova",
    "sl":
      "in je v na se da so za z s po pa ki ne iz tudi kot bi ali o od pri do ko še bo ni bil kar le lahko bila med tem več to samo zaradi pred sta svoje če že brez ter med",
    "et":
      "ja on ei et see oli ta kui ka mis oma ning või aga nii kes ole siis selle seda välja tema pole veel mida üks võib kuid juba enam ainult olid mille neid olla pärast nende välja kõik sest",
    "lt":
      "ir į yra iš su kad tai ne buvo o kaip už nuo bei ar jis apie po jau dėl tik jo kuris savo prie bet taip arba gali dar iki buvo kurie jie tačiau pagal metų per",
    "lv":
      "un ir ar no uz par ka kas tas bija kā tā arī vai lai pēc bet pie līdz to gan viņš nav šo gada tikai savu jau būt tika šī kuru viņa vairāk kuri",
  ]

  static let cyrillic: [String: String] = [
    "ru":
      "и в не на что с по это как а к из для от его но было так у все же за бы о он или был еще при то мы они только также если до может которые который быть чтобы когда этого уже была были есть между более без",
    "uk":
      "і в не на що з по це як а до із для від його але було так у всі ж за би про він або був ще при то ми вони тільки також якщо може які який бути щоб коли цього вже була були є між та й без більш",
    "bg":
      "и в не на че с по това как а към от за до го но беше така у всички же би о той или бил още при са те само също ако може които който да се си през като няма има между след със още тази бъде",
    "sr":
      "и у не на да с по је се су као а од за што из о он или би то који које ће али до та само још са која бити након између када није због овај може он и његов",
  ]

  static let arabic: [String: String] = [
    "ar":
      "في من على أن إلى التي عن مع هذا هذه كان لا ما الذي كما بين بعد قد أو لم هو هي ذلك كل غير حتى ولا وقد إن ثم عند",
    "fa": "و در به از که این را با است برای آن یک می بر خود تا کرد هم شود بود شده باید دارد آنها اما یا نیز های کند پس",
    "ur": "کے میں کی ہے اور سے کا کو اس پر نے ہیں کہ ایک بھی یہ تھا وہ نہیں کر ہو جو گیا لئے تھی تو یا ان کیا بعد",
  ]

  static let devanagari: [String: String] = [
    "hi": "के में की है और से का को इस पर ने हैं कि एक भी यह था वह नहीं कर हो जो गया लिए थी तो या उन क्या बाद",
    "mr": "आणि आहे या ते व तर ही हे होते आहेत असे केले मध्ये त्या त्यांनी नाही पण एक झाले होता करून म्हणून",
  ]
}
