import type { WordGroup } from '../word-group.ts'

/** Turkish nouns and adjectives that speak well of something; they take case, possessive and copula endings. */
export const positiveNominals: readonly WordGroup[] = [
  {
    valence: 4,
    words: `
      harika mükemmel muhteşem şahane enfes olağanüstü fevkalade kusursuz efsane şaheser
      başyapıt müthiş eşsiz benzersiz emsalsiz muazzam nefis cennet aşk mucize mucizevi şampiyon
      harikulade efsanevi fantastik mükemmellik görkemli büyüleyici`,
  },
  {
    valence: 3,
    words: `
      güzel güzellik süper memnun memnuniyet mutlu mutluluk sevgi sevinç sevinçli neşe neşeli keyif keyifli
      başarı başarılı kaliteli lezzetli lezzet leziz minnettar minnet minnettarlık
      şükran tebrik tebrikler kutlu mübarek hayırlı bereket bereketli iyi iyilik sevimli tatlı şirin
      sempatik hoş hoşluk zarif zarafet nazik nezaket kibar kibarlık güleryüz güleryüzlü
      samimi samimiyet içten içtenlik dürüst dürüstlük güvenilir güvenilirlik sadık sadakat vefalı
      vefa cömert cömertlik merhametli merhamet şefkat şefkatli yardımsever yardımseverlik saygılı
      saygın saygınlık onur onurlu gurur gururlu kahraman kahramanlık yiğit cesur cesaret zafer
      galibiyet birinci şampiyonluk rekor ödül ödüllü armağan hediye ikram
      favori gözde vazgeçilmez ideal kusursuzluk profesyonel profesyonellik uzmanlık
      yetenekli yetenek zeki zekice dahi dahice akıllı akıllıca bilge becerikli beceri usta ustalık
      çalışkan çalışkanlık özverili özveri fedakar fedakarlık titiz titizlik özenli özen
      hızlı süratli pratik kolay kolaylık kullanışlı faydalı fayda yararlı verimli verim
      konforlu konfor rahat rahatlık ferah temiz temizlik hijyenik tertemiz pırıl_pırıl ışıl_ışıl
      taze tazelik sağlıklı sağlam sağlamlık dayanıklı dayanıklılık huzur huzurlu
      eğlenceli eğlence komik heyecan heyecanlı coşku coşkulu umut umutlu ümit ümitli iyimser
      iyimserlik barış özgürlük özgür adaletli hakkaniyet takdir övgü
      alkış bravo helal aferin maşallah eyvallah canım dost dostça dostluk kanka
      şık şıklık estetik zengin zenginlik ihtişam ihtişamlı sihir sihirli masalsı romantik
      beyefendi hanımefendi mert cengaver kraliçe pırlanta elmas
      dörtdörtlük tıkırında çözümcü çözüm_odaklı
      ayrıcalık ayrıcalıklı avantaj avantajlı kazançlı kazanç bedava
      hesaplı fırsat başarım gelişmiş modern yenilikçi yenilik vizyoner vizyon
      ilham etkileyici çarpıcı unutulmaz anlamlı değerli kıymetli
      canayakın kahkaha gülümseme tebessüm mizah esprili espri`,
  },
  {
    valence: 2,
    words: `
      teşekkür teşekkürler bambaşka
      destekçi destekleyici katkı olumlu pozitif ilgi alaka alakalı güven güvenli güvence
      garanti garantili uygun makul indirim indirimli ücretsiz hediyeli
      doğruluk netlik şeffaf şeffaflık tutarlı tutarlılık istikrar istikrarlı düzenli
      planlı sistemli disiplinli disiplin dikkatli nitelikli nitelik
      donanımlı bilgili bilgilendirici öğretici aydınlatıcı eğitici deneyimli tecrübeli güçlü güç
      kararlı kararlılık azim azimli gayretli gayret emek emektar istekli
      hevesli heves meraklı aktif dinamik enerjik canlılık taptaze renkli ışıltı
      parlak aydınlık sıcak sıcacık yumuşak yumuşacık rahatlatıcı dinlendirici sakinlik sükunet
      güneşli bayram şenlik kutlama düğün şölen
      doyurucu çıtır mis misgibi bolluk doğal organik özgünlük yaratıcı
      yaratıcılık sanatsal zevk zevkli nezih elit seçkin klas lüks
      prestij prestijli itibar itibarlı popüler saygıdeğer muhterem
      mantıklı mantık akılcı gerçekçi haklı layık helalinden meşru temkinli tedbirli anlayışlı
      anlayış hoşgörü hoşgörülü sabırlı sabır olgun olgunluk mütevazı tevazu alçakgönüllü sade sadelik
      esnek esneklik uyumlu uyum ahenk birlik beraberlik dayanışma kardeşlik
      kurtuluş kurtarıcı şifa şifalı iyileşme afiyet selamet sevap nimet lütuf şans şanslı
      talih talihli bahtiyar mesut bahtlı kısmet ilerleme
      müjde müjdeli kavuşma buluşma özlem vuslat söz_tutan dakik dakiklik eksiksiz tastamam
      noksansız hatasız sorunsuz problemsiz zahmetsiz kesintisiz risksiz acısız pürüzsüz masrafsız
      onay onaylı ödüllendirme beğeni hayran hayranlık tutku tutkulu sevda
      hoşgeldin günaydın iyigünler`,
  },
  {
    valence: 1,
    words: `
      umarım inşallah amin dilek temenni
      kazanım misafir misafirperver
      misafirperverlik gönül gönüllü
      gülüş şarkı
      manzara doğa güneş gökkuşağı kelebek yavru
      çabuk serin hafif taşınabilir kompakt ergonomik güncel
      sürpriz şaka ilginç dengeli makbul erişilebilir ulaşılabilir`,
  },
]
