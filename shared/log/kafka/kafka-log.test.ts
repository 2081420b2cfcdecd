import { describeLogContract } from '../../testing/log-contract.ts'
import { describeWithKafka } from '../../testing/servers/describe-with-kafka.ts'
import { kafkaGround } from './testing-ground.ts'

describeWithKafka('log on Kafka', ({ brokers }) => {
  describeLogContract('kafka', async () => kafkaGround(brokers))
})
