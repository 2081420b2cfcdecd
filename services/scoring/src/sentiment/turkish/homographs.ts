/**
 * Everyday Turkish words that, once folded to ASCII, look like an inflected form of an entry they have nothing to do
 * with (`çok` like a form of `çök`, `bugün` like one of `bug`); no generated form may take their place.
 */
export const homographs = `
  çok bugün bugünün oldu oldum oldun olduk oldunuz oldular olduğu olduğunu olmuş olup ol olan olsun olun olur olacak olarak
  kız kızı kızın kızım gece geçti geçmiş adım adımı adın adını adına adında katılım katılımı katılımın uzun uzunca bölüm bölümü bölümün
  bölümde açısından açıdan açısı açı sıklık sıklıkla düşün düşünce düşünen sadece güvenlik güvenliği güvenliğin özellik özelliği
  özellikle kaç kaçta kış kışın kuş yorum yorumu yorumlar sayın ekin ekim ezan kır kırda al alan ilgin
  güldür misin misiniz musun musunuz mısın mısınız ilki onun dürüm salon söz sözü sözün açık açığı ısın ısı bin bine binde ay ayın
  kurum kurumu kurumun kurumlar kurumsal iç içim içimi içinde içine hadi öyle böyle gerek gerekli gün günün günler
  kasım kasımı bit tuz kan kanı yayın yayını yayınlar dolar dolu doluyor zamanı zaman zamanda zamanla
  zamlar öz özü bulgur bunalar asker sürü sürüyor ulu ülkü hal hali halin halde düğün kasa kasada kasım
  bayan bayanlar gönder gönderi gönderin gör görün görüş dur durun durum durumu durumda anlam anlama anlamı anlamda değer değeri
  beklen beklenen beklenti beklentim beklentimi üzeri üzerinde üzere üzer kırmızı çeki çekim çekimi açar yaz yazın yazar
  ara arada arama arasında yapım yapımı satın satım alım alımı verim dönem dönemi kurma bakın bakım bakımı konum konumu`
