import { agree, item, mirrored, t, template } from './compose.ts';
import { callBackPage, improve, OVERALL_ITEM, overall } from './questions.ts';

const ORDER = t('Ordering', 'Bestellung', 'Pedido', 'Commande', 'Bestellen');
const DELIVERY = t('Delivery', 'Lieferung', 'Entrega', 'Livraison', 'Bezorging');
const PRODUCT = t('Product', 'Produkt', 'Producto', 'Produit', 'Product');

export const POST_PURCHASE = template({
  id: 'post-purchase',
  name: 'Post-purchase',
  description: 'A few days after an order: choosing, ordering, delivery and the product itself.',
  again: 60,
  title: mirrored(
    t('Your order', 'Ihre Bestellung', 'Su pedido', 'Votre commande', 'Uw bestelling'),
    t(
      'What customers say of their order',
      'Wie gut Bestellungen bei uns laufen',
      'Qué dicen los clientes de su pedido',
      'Ce que les clients disent de leur commande',
      'Wat klanten van hun bestelling vinden',
    ),
  ),
  items: [
    OVERALL_ITEM,
    item(
      'choosing',
      '1-5',
      ORDER,
      t(
        'Finding the right product',
        'Das richtige Produkt finden',
        'Encontrar el producto adecuado',
        'Trouver le bon produit',
        'Het juiste product vinden',
      ),
    ),
    item(
      'ordering',
      '1-5',
      ORDER,
      t('Placing the order', 'Bestellen', 'Hacer el pedido', 'Passer commande', 'Bestellen'),
    ),
    item('delivery', '1-5', DELIVERY, t('Delivery', 'Lieferung', 'Entrega', 'Livraison', 'Bezorging'), 'reliability'),
    item(
      'product',
      '1-5',
      PRODUCT,
      t(
        'Product as described',
        'Produkt wie beschrieben',
        'Producto como se describe',
        'Produit conforme à la description',
        'Product zoals beschreven',
      ),
      'reliability',
    ),
  ],
  pages: [
    { id: 'whole', questions: [overall] },
    {
      id: 'steps',
      questions: [
        agree(
          'choosing',
          mirrored(
            t(
              'I quickly found the right product.',
              'Ich habe schnell das richtige Produkt gefunden.',
              'Encontré pronto el producto adecuado.',
              'J’ai vite trouvé le bon produit.',
              'Ik vond snel het juiste product.',
            ),
            t(
              'Customers quickly find the right product.',
              'Wer bei uns kauft, findet schnell das richtige Produkt.',
              'Los clientes encuentran pronto el producto adecuado.',
              'Les clients trouvent vite le bon produit.',
              'Klanten vinden snel het juiste product.',
            ),
          ),
        ),
        agree(
          'ordering',
          mirrored(
            t(
              'It was easy to place my order.',
              'Die Bestellung war einfach.',
              'Fue fácil hacer mi pedido.',
              'Il a été facile de passer commande.',
              'Het was makkelijk om te bestellen.',
            ),
            t(
              'Customers find it easy to place an order.',
              'Wer bei uns kauft, findet das Bestellen einfach.',
              'A los clientes les resulta fácil hacer un pedido.',
              'Les clients trouvent facile de passer commande.',
              'Klanten vinden het makkelijk om te bestellen.',
            ),
          ),
        ),
        agree(
          'delivery',
          mirrored(
            t(
              'My order came when it was promised.',
              'Meine Bestellung kam zur zugesagten Zeit.',
              'Mi pedido llegó cuando se prometió.',
              'Ma commande est arrivée au moment promis.',
              'Mijn bestelling kwam op het beloofde moment.',
            ),
            t(
              'Customers get their order when it was promised.',
              'Wer bei uns kauft, bekommt die Ware zur zugesagten Zeit.',
              'Los clientes reciben su pedido cuando se prometió.',
              'Les clients reçoivent leur commande au moment promis.',
              'Klanten krijgen hun bestelling op het beloofde moment.',
            ),
          ),
          { notApplicable: true },
        ),
        agree(
          'product',
          mirrored(
            t(
              'The product is as it was described.',
              'Das Produkt ist so, wie es beschrieben war.',
              'El producto es tal como se describía.',
              'Le produit est tel qu’il était décrit.',
              'Het product is zoals het was beschreven.',
            ),
            t(
              'Customers get the product that we describe.',
              'Wer bei uns kauft, bekommt das, was wir beschreiben.',
              'Los clientes reciben el producto que describimos.',
              'Les clients reçoivent le produit que nous décrivons.',
              'Klanten krijgen het product dat wij beschrijven.',
            ),
          ),
        ),
      ],
    },
    { id: 'better', questions: [improve] },
    callBackPage,
  ],
});
