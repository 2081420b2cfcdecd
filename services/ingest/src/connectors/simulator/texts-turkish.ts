import type { TextBank } from './templates.ts'

/** What people say in Turkish on an ordinary day; written for the simulator. */
export const turkishTexts: TextBank = {
  common: {
    praise: [
      '{b} müşteri hizmetleri bu sefer şaşırttı, iki dakikada çözdüler, teşekkürler {good}',
      'hakkını vermek lazım {b:den} çok memnunum',
      '{@} ekibine teşekkürler, sorunum aynı gün çözüldü {good}',
      'Yıllardır {b} kullanıyorum, bir kere bile yarı yolda bırakmadı',
      'Arkadaşlar {b:i} gönül rahatlığıyla tavsiye ederim {#}',
      '{b} destek hattındaki arkadaş o kadar nazikti ki keyfim yerine geldi',
    ],
    neutral: [
      '{b:in} yeni uygulamasını kullanan var mı, nasıl olmuş?',
      '{@} merhaba, çalışma saatleriniz hafta sonu değişiyor mu?',
      'Bugün {b:in} reklamını gördüm, müziğini bilen var mı',
      '{b:de} çalışan tanıdığı olan var mı, başvuru süreci nasıl acaba?',
      '{b} ile ilgili bir anket geldi, doldurdum gitti {#}',
      '{@} üyelik bilgilerimi nereden güncelliyorum?',
    ],
    complaint: [
      '{@} kaç gündür mesaj atıyorum cevap yok, ilgisizlik diz boyu',
      '{b} müşteri hizmetlerinde {min} dakikadır bekliyorum, bu ne rezalet {bad}',
      '{b:den} hiç memnun kalmadım, bir daha asla',
      'Her seferinde aynı sorun, {b} artık bıktırdı {bad}',
      '{@} iademi {n} haftadır yapmıyorsunuz, ayıp gerçekten',
      '{b:in} uygulaması yine dondu, berbat bir güncelleme olmuş {#}',
    ],
  },
  airline: {
    praise: [
      '{b:le} {city} uçuşu tam saatinde indi, kabin ekibi harikaydı {good}',
      '{city} dönüşü {b} ikramı beklediğimden güzeldi, ellerine sağlık',
      'Bebekle uçmak zor ama {b} hostesleri çok yardımcı oldu, minnettarım {good}',
      'Valizim {b:le} ilk defa banttan ilk çıkan oldu, şanslı günümdeyim {#}',
    ],
    neutral: [
      '{@} {city} seferine evcil hayvan kabul ediliyor mu?',
      '{b:in} {city} uçuşunda kaç kilo bagaj hakkı var bilen?',
      'Yarın sabah {b:le} {city} yolcusuyum, havaalanına kaçta gitmek lazım?',
      '{b} online check-in kaç saat önce açılıyor arkadaşlar {#}',
    ],
    complaint: [
      '{b} {city} uçuşu yine {min} dakika rötar, anons bile yok {bad}',
      '{@} bavulum kırık geldi, tutanak için kimse yok bankoda',
      '{b:de} koltuk araları iyice daralmış, dizlerim mahvoldu',
      '{city:den} kalkamadık hâlâ, {b} bir açıklama yapmıyor. Çok kötü yönetim',
    ],
  },
  delivery: {
    praise: [
      '{b:den} {dish} söyledim, {min} dakikada sıcacık geldi {good}',
      'Yağmurda gelen {b} kuryesine helal olsun, çok kibardı',
      '{dish} efsaneydi, {b} bu işi biliyor {good} {#}',
      '{b} indirimiyle akşam yemeği bedavaya geldi sayılır, süper',
    ],
    neutral: [
      '{@} gece kaça kadar sipariş alıyorsunuz?',
      '{b:de} {dish} için hangi restoranı önerirsiniz?',
      'Akşama misafir var, {b:den} ne söylesem {#}',
      '{b} kuponu kimde var, paylaşır mısınız?',
    ],
    complaint: [
      '{b} siparişim {min} dakikadır yolda, {dish} buz gibi gelecek {bad}',
      '{@} yine eksik ürün geldi, içecek yok. Her defasında mı olur',
      '{b:den} gelen {dish} tadını kaybetmiş, çöpe gitti param',
      'Kurye kapıyı çalmadan gitmiş, {b} sipariş teslim edildi diyor. Saçmalık',
    ],
  },
  mobile: {
    praise: [
      '{b:in} yeni hattı dağ başında bile çekiyor, helal {good}',
      '{b} numara taşıma {n} saatte bitti, beklemiyordum, bravo',
      'Ek paket hediye etmiş {b}, teşekkürler {good} {#}',
      '{b:le} yurt dışında internet sorunsuz çalıştı, çok iyi',
    ],
    neutral: [
      '{@} esim desteği var mı acaba?',
      '{b:in} öğrenci tarifesi ne kadar bilen var mı?',
      '{b:de} hat dondurma nasıl yapılıyor {#}',
      'Eski numaramı {b:e} taşısam kampanyadan yararlanabilir miyim',
    ],
    complaint: [
      '{b} faturası yine şişmiş, kullanmadığım paketi yazmışlar {bad}',
      '{@} evin içinde hiç çekmiyor, kaç kere kayıt açtırdım',
      '{b} internet hızı akşamları rezil, video bile açılmıyor',
      '{b:in} taahhüdünden çıkmak işkence, {n} kere aradım aktar aktar bitmedi',
    ],
  },
}
