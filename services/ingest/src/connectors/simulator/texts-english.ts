import type { TextBank } from './templates.ts'

/** What people say in English on an ordinary day; written for the simulator. */
export const englishTexts: TextBank = {
  common: {
    praise: [
      'credit where due, {b} support sorted my issue in two minutes {good}',
      'Really happy with {b} so far, would recommend',
      'thank you {@} for the quick help today, lovely people {good}',
      'Been with {b} for years and they never let me down',
      '{b} did a great job again {#}',
      'The {b} agent I spoke to was so kind, made my day {good}',
    ],
    neutral: [
      'has anyone tried the new {b} app yet?',
      '{@} are you open this weekend?',
      'saw a {b} ad on the bus today, anyone know the song?',
      'Thinking about applying for a job at {b}, how is the process?',
      'got a survey from {b}, filled it in {#}',
      '{@} where do I change my contact details?',
    ],
    complaint: [
      '{@} still no reply after {n} days, this is terrible service',
      '{min} minutes on hold with {b} and counting {bad}',
      'never again {b}, worst experience of my year',
      'same problem every single time, so tired of {b} {bad}',
      '{@} where is my refund? {n} weeks now, shame on you',
      'the {b} app froze again, awful update {#}',
    ],
  },
  airline: {
    praise: [
      '{b} to {city} landed right on time, cabin crew were amazing {good}',
      'surprisingly good food on the {b} flight to {city}',
      'Flying with a baby is hard but the {b} crew were wonderful {good}',
      'First bag off the belt with {b}, lucky me {#}',
    ],
    neutral: [
      '{@} do you take pets on the {city} route?',
      'what is the {b} baggage allowance to {city}?',
      'Flying {b} to {city} tomorrow, when should I be at the airport?',
      'when does {b} online check-in open? {#}',
    ],
    complaint: [
      '{b} to {city} delayed {min} minutes again and nobody tells us anything {bad}',
      '{@} my suitcase arrived broken and the desk is empty',
      'legroom on {b} gets worse every year, my knees hurt',
      'still stuck in {city}, {b} says nothing. Bad management',
    ],
  },
  delivery: {
    praise: [
      'ordered {dish} on {b}, hot at my door in {min} minutes {good}',
      'hats off to the {b} rider who came through the rain, great guy',
      'the {dish} was perfect, {b} nailed it {good} {#}',
      'dinner almost free with the {b} voucher, love it',
    ],
    neutral: [
      '{@} how late can I order?',
      'which place on {b} has the best {dish}?',
      'friends coming over tonight, what should I get on {b} {#}',
      'anyone got a {b} code to share?',
    ],
    complaint: [
      '{b} order on its way for {min} minutes, the {dish} will be ice cold {bad}',
      '{@} items missing again, no drinks. Every single time',
      'the {dish} from {b} tasted bad, straight in the bin',
      'rider never rang, {b} says delivered. Ridiculous',
    ],
  },
  mobile: {
    praise: [
      '{b} signal works even up in the hills, impressed {good}',
      'moved my number to {b} in {n} hours, great stuff',
      'free extra data from {b} this month, thanks {good} {#}',
      'roaming with {b} just worked, excellent',
    ],
    neutral: [
      '{@} do you support esim?',
      'how much is the {b} student plan?',
      'how do I pause my line with {b} {#}',
      'Can I keep my old number if I switch to {b}?',
    ],
    complaint: [
      '{b} bill is wrong again, charged for a bundle I never used {bad}',
      '{@} no signal inside my house, reported it so many times',
      '{b} data is painfully slow in the evening, useless',
      'leaving a {b} contract is a nightmare, called {n} times',
    ],
  },
}
