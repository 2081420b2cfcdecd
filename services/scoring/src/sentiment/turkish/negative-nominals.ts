import type { WordGroup } from '../word-group.ts'

/** Turkish nouns and adjectives that speak ill of something; they take case, possessive and copula endings. */
export const negativeNominals: readonly WordGroup[] = [
  {
    valence: -5,
    words: `şerefsiz orospu piç pezevenk puşt kahpe namussuz haysiyetsiz alçak soysuz`,
  },
  {
    valence: -4,
    words: `
      rezalet rezil skandal dolandırıcı dolandırıcılık sahtekar sahtekarlık üçkağıtçı hırsız hırsızlık
      soygun soyguncu vurgun vurguncu berbat iğrenç kepaze kepazelik facia felaket katliam katil cinayet
      vahşet zulüm zalim işkence tecavüz tecavüzcü taciz tacizci terör terörist terörizm hain hainlik
      ihanet gavat ahlaksız ahlaksızlık utanmaz utanmazlık arsız yüzsüz yüzsüzlük yavşak
      yalancı yalancılık düzenbaz düzenbazlık kalleş aşağılık adilik pislik iğrençlik tiksinti nefret
      boykot ırkçı ırkçılık faşist faşizm istismar istismarcı gasp gaspçı zehir zehirli
      dangalak gerizekalı salak aptal ahmak embesil beyinsiz kansız lanet bela
      kanser zehirlenme vefat ceset sapık sapıklık cani canavar mezalim soykırım yobaz yolsuzluk rüşvet rüşvetçi
      kara_liste fiyasko rezillik çöplük leş leşlik batakhane`,
  },
  {
    valence: -3,
    words: `
      kötü kötülük mağdur mağduriyet mağdurluk bozuk bozukluk kalitesiz kalitesizlik saygısız saygısızlık
      terbiyesiz terbiyesizlik ilgisiz ilgisizlik sorumsuz sorumsuzluk duyarsız duyarsızlık
      vicdansız vicdansızlık insafsız acımasız acımasızlık haksızlık haksız adaletsiz adaletsizlik
      pişman pişmanlık şikayet şikayetçi mutsuz mutsuzluk üzgün üzüntü öfke öfkeli sinir sinirli kızgın
      kızgınlık isyan kin kindar düşman düşmanlık suç suçlu suçluluk kavga kavgacı saldırı saldırgan
      saldırganlık şiddet tehdit tehditkar tehlike tehlikeli korkunç korku dehşet kabus çile
      eziyet azap ızdırap beceriksiz beceriksizlik yeteneksiz yetersiz
      yetersizlik liyakatsiz liyakatsizlik cahil cahillik kaba kabalık küstah küstahlık ukala ukalalık
      kibir kibirli ayıp yazık günah utanç ayıplı hatalı kusurlu kusur arızalı arıza defolu defo
      sahte sahtelik çakma taklit kandırmaca aldatmaca aldatıcı yanıltıcı yalan dolan tuzak hile hileli
      hilekar kazık kazıkçı fahiş keyfi keyfilik zorbalık zorba baskı baskıcı sansür
      dayatma dayatmacı tahammülsüz çekilmez dayanılmaz katlanılmaz vahim vahamet
      kaos kriz çöküş çöküntü iflas batık hezimet bozgun yenilgi başarısız başarısızlık
      hüsran hayalkırıklığı perişan perişanlık sefil sefalet sefillik çaresiz çaresizlik umutsuz
      umutsuzluk güvensiz güvensizlik güvenilmez şaibeli şaibe kirli çürük çürümüş bayat
      küflü küf kokuşmuş pis kurtlu böcekli hamamböceği fare bitli iğreti leke lekeli
      yırtık kırık kırılmış çatlak ezik ezilmiş çizik hasarlı hasar zarar zararlı ziyan tahribat
      kayıp mahrum mahrumiyet yoksun yaralı yaralanma kaza trajedi trajik dram acıklı
      ayrımcılık ayrımcı cinsiyetçi cinsiyetçilik tiksindirici mide_bulantısı kusmuk bok boktan
      lanetli uğursuz vurdumduymaz vurdumduymazlık aymaz gaddar gaddarlık barbar barbarlık
      despot şantaj şantajcı iftira iftiracı hakaret küfür küfürbaz aşağılama aşağılayıcı rencide
      mobbing sömürü sömürücü provokatör provokasyon işgal işgalci darbe darbeci gerici ajan
      ihlal ihmal ihmalkar ihmalkarlık mahkum hapis gözaltı yasadışı illegal kaçak korsan
      sızıntı veri_ihlali ifşa zorluk bezgin bezginlik usanç bıkkın bıkkınlık tükenmişlik bunalım depresyon depresif
      stres stresli moralsiz karamsar karamsarlık hüzün hüzünlü keder kederli matem ağıt gözyaşı
      gıcık illet uyuz antipatik sevimsiz itici tipsiz çirkin çirkinlik
      saçma saçmalık zırva abuk absürt mantıksız mantıksızlık anlamsız boş_vaat
      maskaralık maskara soytarı soytarılık palavra palavracı martaval şarlatan şarlatanlık`,
  },
  {
    valence: -2,
    words: `
      sorun sorunlu problem problemli sıkıntı sıkıntılı aksaklık aksama hata yanlış yanlışlık eksik eksiklik gecikme
      gecikmeli rötar rötarlı tehir gecikmiş yavaş yavaşlık kesinti kesintili çökme donma kasma takılma
      kilitlenme kapanma bağlantısızlık hantal hantallık verimsiz verimsizlik düzensiz düzensizlik plansız plansızlık
      dağınık dağınıklık karmaşa karışık karmaşık belirsiz belirsizlik muamma mecburiyet zorunda zor
      zahmet zahmetli külfet yük masraf pahalı pahalılık zam ceza cezai borç borçlu
      tuzlu kuyruk izdiham kalabalık gürültü gürültülü kirlilik
      tatsız tatsızlık tuzsuz lezzetsiz yavan vasat vasatlık sıradan basit
      demode köhne eski_püskü yıpranmış yıpranma eskimiş paslı pas kırışık soluk solmuş
      bitik yorgun yorgunluk bitkin bitkinlik hasta hastalık hastalıklı ağrı sancı
      ateşli enfeksiyon alerji kaşıntı yanık yara iltihap mikrop virüs salgın
      endişe endişeli kaygı kaygılı tedirgin tedirginlik huzursuz huzursuzluk gergin gerginlik gerilim
      panik telaş telaşlı şaşkın şaşkınlık şok şoke hayret tuhaf tuhaflık garip gariplik
      şüphe şüpheli kuşku kuşkulu dedikodu söylenti spekülasyon manipülasyon manipülatif tartışmalı
      itiraz protesto grev tepki tepkili eleştiri kınama uyarı ihtar ihtarname dava mahkeme soruşturma
      icra haciz tazminat tutanak savcılık suçlama itham bahane mazeret oyalama savsaklama geçiştirme
      umursamaz umursamazlık lakayt lakaytlık laubali laubalilik gayriciddi ciddiyetsiz ciddiyetsizlik
      isteksiz isteksizlik asık suratsız suratsızlık somurtkan kibirlilik burnu_havada
      tembel tembellik uyuşuk uyuşukluk miskin pasif yetkisiz bilgisiz bilgisizlik
      tecrübesiz deneyimsiz acemi acemilik amatör amatörce dikkatsiz dikkatsizlik özensiz özensizlik
      baştan_savma üstünkörü sakat sakatlık sağlıksız sakıncalı sakınca riskli risk
      güçlük engel kısıtlama kısıtlı sınırlama yasak yasaklı blokaj bloke askıda mahsur
      mağlup mağlubiyet kaybeden düşüş gerileme azalma kötümser çöp
      faydasız yararsız gereksiz lüzumsuz boşuna beyhude nafile işlevsiz kullanışsız uyumsuz
      uyumsuzluk elverişsiz rahatsız rahatsızlık konforsuz dar sıkışık havasız bunaltıcı sıkıcı
      sıkıcılık monoton bayık uzun_bekleyiş bekleme bekletme erteleme ertelenmiş iptaller
      aldatma kandırma kayırma torpil torpilli kayırmacılık adam_kayırma çıkarcı çıkarcılık fırsatçı
      fırsatçılık açgözlü açgözlülük cimri cimrilik bencil bencillik ikiyüzlü ikiyüzlülük riyakar
      samimiyetsiz samimiyetsizlik yapmacık suni tutarsız tutarsızlık çelişki çelişkili
      dengesiz dengesizlik kararsız istikrarsız istikrarsızlık güçsüz zayıf zayıflık aciz acizlik korkak korkaklık
      ürkütücü kasvetli kasvet karanlık yalnızlık terkedilmiş sahipsiz ıssız fakir fakirlik
      yoksul yoksulluk işsizlik aç açlık susuz susuzluk kıtlık enflasyon
      deprem sel yangın patlama fırtına afet enkaz çığ heyelan
      spam dolandırma phishing hack hacker virüslü buglı lag lagli error
      salaklık aptallık ahmaklık gerzek gerzeklik mallık öküz öküzlük hıyar dallama
      manyak deli delilik çakal çakallık şaklaban densiz densizlik patavatsız
      kıymetsiz değersiz değersizlik ucube garabet hurda külüstür döküntü enayi enayilik keriz koyun
      cehalet cahiliye bağnaz bağnazlık militan çete çeteci mafya örgüt kumpas komplo fitne fitneci fesat
      kıskanç kıskançlık haset çekememezlik pişkin pişkinlik fütursuz pervasız gamsız`,
  },
  {
    valence: -1,
    words: `
      iptal iade ayrılık veda son_kez ret red eleme uzak eksi ısrar
      zaruri mecbur çatışma kopuk kopukluk kayma sapma boşluk boş
      kısıt yarım tartışma ihtilaf itilaf anlaşmazlık uyuşmazlık soru_işareti iddia kaçış
      karışıklık aidat komisyon abartı abartılı fuzuli mahzun buruk
      suskun sessizlik unutkan unutkanlık meşgul yoğunluk trafik bürokrasi prosedür
      bekleyiş sabırsız sabırsızlık çekingen utangaç sert pürüzlü pürüz
      sallantı sarsıntı çekişme tıkanıklık tıkanma kaçırılmış ikilem
      çıkmaz açmaz darboğaz kambur yokluk kesik kopma delik sökük gevşek dandik
      sönük silik bulanık titrek kesat durgun durgunluk çekince oyalayıcı caydırıcı yorucu yıpratıcı
      zımbırtı gariban zavallı zavallılık biçare mazlum öksüz kimsesiz`,
  },
]
