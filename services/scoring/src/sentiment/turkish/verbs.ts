import type { WordGroup } from '../word-group.ts'

/**
 * Turkish verb stems; every tense, the negative (-me) and the inability form (-eme) are made from them.
 * `git|gid` gives the stem before a consonant and before a vowel. A stem of valence 0 says nothing by itself
 * (`gel`) but is a complaint when negated (`gelmedi`, `gelemiyor`).
 */
export const verbStems: readonly WordGroup[] = [
  {
    valence: -4,
    words: `dolandır dolandırıl kandır kandırıl aldat aldatıl öldür katlet|katled soyul tiksin iğren`,
  },
  {
    valence: -3,
    words: `
      bozul çöktür mahvet|mahved mahvol batır bat rezil_et|rezil_ed kazıkla kazıklan sömür
      aşağıla aşağılan sinirlen sinirlendir öfkelen kızdır çıldır çıldırt delirt delir usan usandır bık bıktır
      bez bezdir bunalt bunal sıkıl utan utandır pişman_ol lanetle saldır döv dövül yarala yaralan tehdit_et|tehdit_ed
      taciz_et|taciz_ed hakaret_et|hakaret_ed küfret|küfred ağlat zehirle zehirlen yalanla yalan_söyle uydur
      suçla suçlan çürü kokuş kustur iflas_et|iflas_ed nefret_et|nefret_ed ihanet_et|ihanet_ed isyan_et|isyan_ed
      mağdur_et|mağdur_ed mağdur_ol perişan_et|perişan_ed şikayet_et|şikayet_ed boykot_et|boykot_ed rezil_ol geber
      kahret|kahred kahrol cezalandır mahrum_kal hüsrana_uğra kazık_at zıkkımlan lanet_et|lanet_ed çıldırtıl`,
  },
  {
    valence: -2,
    words: `
      boz kır kırıl yırtıl parçala parçalan çatla patla çal çalın kaybet|kaybed kaybol kaybettir gecik geciktir ertele
      ertelen aksa aksat kesil kitlen kilitlen donakal tıkan oyala oyalan geçiştir savsakla
      beklet bekletil sürün süründür uğraş uğraştır yorul yor yıprat yıpran zorla zorlan zorlaştır zorlaş şikayetlen
      sızlan söylen üz üzül kork korkut endişelen kaygılan telaşlan panikle şüphelen kuşkulan
      kötüleş gerile düşür azal yavaşla yavaşlat kirlet kirlen ağla inle acı acıt ağrı incin incit darıl
      bağır azarla tersle kov kovul dışla dışlan reddet|redded reddedil engelle engellen yasakla yasaklan sansürle
      zarar_ver zarar_gör hasta_ol azarlan vazgeç terk_et|terk_ed terket|terked ayrıl kaçır
      iptal_et|iptal_ed iptal_edil iptal_ol iade_et|iade_ed kapattır şok_ol hacklen sızdır sızdırıl
      eleştir kına protesto_et|protesto_ed itiraz_et|itiraz_ed abart saçmala zırvala yanıl yanılt
      hata_ver hata_yap arıza_ver arızalan takıl sapıt kudur`,
  },
  { valence: -1, words: `kesinti_yap zamlan susuz_kal beklen yalvar karış karıştır unut kas` },
  {
    valence: 4,
    words: `bayıl aşık_ol hayran_kal hayran_ol mest_ol büyülen`,
  },
  {
    valence: 3,
    words: `
      beğen sev sevin sevindir memnun_kal memnun_ol memnun_et|memnun_ed mutlu_ol mutlu_et|mutlu_ed teşekkür_et|teşekkür_ed
      tebrik_et|tebrik_ed kutla takdir_et|takdir_ed öv gururlan gurur_duy keyif_al zevk_al eğlen hoşlan güven
      rahatla ferahla kurtar kurtul çöz çözül iyileş iyileştir güzelleş güzelleştir şükret|şükred minnettar_kal
      alkışla ödüllendir etkilen hoşuma_git|hoşuma_gid içime_sin yüzümü_güldür güldür şımart helal_et|helal_ed
      büyüle neşelen coş coştur umutlan gülümse özlem_gider kazandır kolaylaştır hızlandır`,
  },
  {
    valence: 2,
    words: `
      kazan kazanıl başar destekle yardım_et|yardım_ed yardımcı_ol ilgilen önemse öner tavsiye_et|tavsiye_ed geliştir
      koru düzel düzelt onar hallet|halled hallol faydalan yararlan işe_yara tat_al ikram_et|ikram_ed
      hak_et|hak_ed özle gül öp sarıl kucakla barış bağışla affet|affed iyilik_yap
      ışılda parla aydınlan kurtarıl dinlen şifa_bul yetiş`,
  },
  { valence: 1, words: `kavuş buluş ` },
  {
    valence: 0,
    words: `
      et|ed edil çalış umursa çık gel ulaş ulaştır açıl aç yanıtla cevapla dön düzenle git|gid bul bulun ver veril al alın gönder gönderil
      getir yükle yüklen bağlan gir giril çek çekil yap yapıl kullan kullanıl bit bitir tamamla tamamlan
      öde ödeme_yap ödet yatır yat oku okun anla anlaşıl dinle duy gör görün görüş konuş bak bakıl ara
      teslim_et|teslim_ed teslim_edil teslim_al cevap_ver cevap_al yanıt_ver yanıt_al geri_dön dönüş_yap geri_ara
      muhatap_bul muhatap_ol bilgi_ver bilgilendir bilgilendiril karşıla karşılan sağla sağlan sun sunul tanımla
      değiş değiştir değiştiril güncelle güncellen onayla onaylan iade_al iade_yap para_iade_et|para_iade_ed
      hatırla ciddiye_al kabullen inan sindir hazmet|hazmed katlan dayan çekin yürü işle iletişim_kur iletişime_geç
      tut tutul uy uygula gerçekleş gerçekleştir oluş say sığ yet yeterli_ol doy ısın soğut temizle temizlen ütüle
      yazdır indir indiril kaydet|kayded kaydol aktifleş aktif_ol devreye_gir kur kurul takip_et|takip_ed ilet iletil
      haber_ver söz_tut sözünü_tut arkasında_dur sahip_çık çözüm_bul çözüm_üret ilgi_göster özen_göster saygı_göster
      tahammül_et|tahammül_ed değ fark_et|fark_ed uyu otur kalk bin in çıkart ulaşıl erişil eriş uğra yanaş`,
  },
]
