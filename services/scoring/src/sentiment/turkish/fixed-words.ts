import type { WordGroup } from '../word-group.ts'

/** Turkish words taken exactly as written: interjections, adverbs, wishes, inflected forms with a sense their own. */
export const fixedWords: readonly WordGroup[] = [
  {
    valence: -5,
    words: `oç orospuçocuğu siktir sikeyim sikerim sikik sikicem ibne götveren amcık`,
  },
  {
    valence: -4,
    words: `
      rezilsiniz rezilsin berbatsınız utanmadan utansın utanın yazıklar tüh kahrolsun lanetolsun geberin
      dolandırıldım dolandırıldık kandırıldım kandırıldık soyuldum soyulduk iğrençsiniz şerefsizler çıldıracağım
      delireceğim çıldırıcam delircem dolandırıcısınız hırsızsınız sahtekarsınız defol defolun skm sktr sg`,
  },
  {
    valence: -3,
    words: `
      maalesef malesef bıktık bıktım yetti yuh yuhh oha pes ayıptır günahtır yazıktır
      rezaletsiniz kötüydü kötüsünüz pişmanım pişmanız mağduruz mağdurum şikayetçiyim şikayetçiyiz istifa kapatılsın
      kapatın yıkılsın nefretimsin mahvettiniz batırdınız batmış çökmüş çöktü çökük bozulmuş bozuldu
      patladı sıçtı sıçtınız sıçmış sıçayım göt götü salaksınız aptalsınız malsınız gerizekalısınız
      usandım usandık gına illallah çıldırtmayın delirtmeyin kandırmayın aldatmayın oyalamayın uğraştırmayın
      uzakdurun bulaşmayın almayın aldırmayın kullanmayın gitmeyin`,
  },
  {
    valence: -2,
    words: `
      yüzünden çöpe boşa uyuşturucu amk amq aq amına mk mq mal olumsuz olumsuzluk suçu suçun suçunu dar_geliyor çöküyor çöktünüz çökmüştü acı_verici ölümcül sözde güya sözümona off
      uf püf iyy ıy eyvah eyvahlar olmamış yanlışlıkla boşyere habersiz izinsiz sebepsiz gerekçesiz nedensiz
      hiçbir_şekilde bir_türlü mecburen zorla cevapsız yanıtsız muhatapsız ilgisizce saygısızca kabaca özensizce
      haksızca kafayı fenalık kötüce hiçe dakikalarca saatlerdir saatlerce günlerdir günlerce haftalardır
      haftalarca aylardır aylarca defalarca kaçıncı bekliyorum bekliyoruz beklettiniz kalmadı bitmedi bitmiyor dayanamıyorum
      çekilmiyor yetmedi yetmiyor pahalıya mağdurlar kaybettiniz kaybettik gönderilmemiş gelmemiş açılmadı sövdürmeyin
      saçmasapan zırt dolandırmayın bekletmeyin bekletiliyoruz kesiliyor kesildi dondu kasıyor donuyor
      tutmuyor görünmüyor yüklenmiyor bağlanmıyor`,
  },
  {
    valence: -1,
    words: `hiçkimse olamaz olmaz olmadı olmadığı olmuyor olmayan gündür rağmen muhatap paramı herif değmez sözüm_ona`,
  },
  {
    valence: 4,
    words: `süpersiniz harikasınız mükemmelsiniz muhteşemsiniz bayıldım bayıldık efsanesiniz kralsınız aşığım`,
  },
  {
    valence: 3,
    words: `
      sağol sağolun sağolasın sağolsun saol saolun tşkler tsk tşkkr eyw eyv
      iyiki çokiyi helalolsun alkışlar bravoo aferim afferin yaşasın yihu yuppi oley ohh muck
      memnunum memnunuz mutluyum mutluyuz seviyorum seviyoruz sevdim sevdik beğendim beğendik güvenle gönülrahatlığıyla
      keyifle zevkle severek isteyerek güzelce afiyetle başarılar kolaygelsin hayırlısı maşaallah elhamdülillah
      çokşükür şükür şükürler güzelmiş iyidir güzeldir güzeldi iyiydi iyiymiş harikaydı mükemmeldi efsaneydi şahaneydi
      gururla sevgiler saygılar öptüm canımsın canısın tatlısınız adamsın adamsınız wow vay vaay ooo
      hoşuma tavsiyeedilir tavsiyemdir aşkım birtanem bitanem canlarım`,
  },
  {
    valence: 2,
    words: `
      kesinlikle_alın hahaha haha hahah ahaha ahahah
      gülücük sorunsuzca hızlıca kolayca rahatça rahatlıkla özenle titizlikle vaktinde
      anlayışla nazikçe kibarca içtenlikle güleryüzle düzelmiş düzeldi çözüldü halloldu nihayet
      kazandık kazandım başardık başardım işeyarıyor inş inşaallah umarız`,
  },
  { valence: 1, words: `mutlaka dilerim iyimiş idareeder fenadeğil güzelim kuzum ` },
]
