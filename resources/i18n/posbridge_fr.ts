<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="fr">
<context>
    <name>AgePerson</name>
    <message numerus="yes">
        <source>%n year(s) old</source>
        <translation>
            <numerusform>%n an</numerusform>
            <numerusform>%n ans</numerusform>
        </translation>
    </message>
    <message>
        <source>card valid until %1</source>
        <translation>pièce valable jusqu’au %1</translation>
    </message>
    <message>
        <source>Known here by this licence</source>
        <translation>Connu ici par cette pièce</translation>
    </message>
    <message>
        <source>As a customer?</source>
        <translation>Comme client ?</translation>
    </message>
    <message>
        <source>Medical card expired on %1</source>
        <translation>Carte médicale expirée le %1</translation>
    </message>
    <message>
        <source>Choose as customer</source>
        <translation>Choisir comme client</translation>
    </message>
    <message>
        <source>No connected system knows this licence.</source>
        <translation>Aucun système connecté ne connaît cette pièce.</translation>
    </message>
    <message>
        <source>Asking…</source>
        <translation>Demande en cours…</translation>
    </message>
    <message>
        <source>Ask the systems</source>
        <translation>Demander aux systèmes</translation>
    </message>
    <message>
        <source>Ask the connected systems who has this licence</source>
        <translation>Demander aux systèmes connectés qui a cette pièce</translation>
    </message>
    <message>
        <source>Save as a new customer</source>
        <translation>Enregistrer comme client</translation>
    </message>
    <message>
        <source>First name</source>
        <translation>Prénom</translation>
    </message>
    <message>
        <source>Last name</source>
        <translation>Nom</translation>
    </message>
    <message>
        <source>Phone (optional)</source>
        <translation>Téléphone (facultatif)</translation>
    </message>
    <message>
        <source>E-mail (optional)</source>
        <translation>E-mail (facultatif)</translation>
    </message>
    <message>
        <source>Save and choose</source>
        <translation>Enregistrer et choisir</translation>
    </message>
    <message>
        <source>Name, licence and date of birth are kept, sealed, until the customer is forgotten.</source>
        <translation>Le nom, la pièce et la date de naissance sont gardés, scellés, jusqu’à ce que le client soit oublié.</translation>
    </message>
    <message>
        <source>Nothing of this card is kept when the sheet closes, unless you save it.</source>
        <translation>Rien de cette pièce n’est gardé à la fermeture, sauf si vous l’enregistrez.</translation>
    </message>
</context>
<context>
    <name>AgeSheet</name>
    <message>
        <source>The buyer has to be %1.</source>
        <translation>L’acheteur doit avoir %1 ans.</translation>
    </message>
    <message>
        <source>Nothing in the basket asks for an age yet.</source>
        <translation>Rien dans le panier n’exige encore un âge.</translation>
    </message>
    <message>
        <source>Age check</source>
        <translation>Contrôle de l’âge</translation>
    </message>
    <message>
        <source>Before the payment the age has to be checked.</source>
        <translation>Avant l’encaissement, il faut contrôler l’âge.</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>Terminé</translation>
    </message>
</context>
<context>
    <name>AgeWays</name>
    <message>
        <source>Scan the licence now</source>
        <translation>Scannez la pièce maintenant</translation>
    </message>
    <message>
        <source>The wide barcode on the back. No field needs the focus.</source>
        <translation>Le large code au dos. Aucun champ à choisir.</translation>
    </message>
    <message>
        <source>Or type the date of birth</source>
        <translation>Ou saisissez la date de naissance</translation>
    </message>
    <message>
        <source>Date of birth, as %1</source>
        <translation>Naissance, comme %1</translation>
    </message>
    <message>
        <source>This is no date of birth.</source>
        <translation>Ce n’est pas une date de naissance.</translation>
    </message>
    <message numerus="yes">
        <source>Born %1: %n year(s) old</source>
        <translation>
            <numerusform>Naissance : %1, %n an</numerusform>
            <numerusform>Naissance : %1, %n ans</numerusform>
        </translation>
    </message>
    <message>
        <source>Day, month and the year with four digits.</source>
        <translation>Jour, mois et année à quatre chiffres.</translation>
    </message>
    <message>
        <source>I have read it on a card</source>
        <translation>Je l’ai lue sur une pièce</translation>
    </message>
    <message>
        <source>Or you know the customer</source>
        <translation>Ou vous connaissez le client</translation>
    </message>
    <message numerus="yes">
        <source>%1: born %2, %n year(s) old</source>
        <translation>
            <numerusform>%1 : naissance %2, %n an</numerusform>
            <numerusform>%1 : naissance %2, %n ans</numerusform>
        </translation>
    </message>
    <message>
        <source>This is the person</source>
        <translation>C’est cette personne</translation>
    </message>
    <message>
        <source>Who checked and how is kept with the sale; the date of birth is not.</source>
        <translation>La vente garde qui a contrôlé et comment, pas la date de naissance.</translation>
    </message>
</context>
<context>
    <name>ApproverList</name>
    <message>
        <source>Nobody here may approve this.</source>
        <translation>Personne ici ne peut l’approuver.</translation>
    </message>
</context>
<context>
    <name>Banner</name>
    <message>
        <source>Close</source>
        <translation>Fermer</translation>
    </message>
</context>
<context>
    <name>BasketAnswers</name>
    <message>
        <source>Remove %1</source>
        <translation>Retirer %1</translation>
    </message>
    <message>
        <source>%1 ago</source>
        <translation>il y a %1</translation>
    </message>
    <message>
        <source>%1 does not apply</source>
        <translation>%1 ne s’applique pas</translation>
    </message>
    <message>
        <source>%1: %2 off</source>
        <translation>%1 : %2 de remise</translation>
    </message>
    <message>
        <source>%1: free shipping</source>
        <translation>%1 : livraison offerte</translation>
    </message>
    <message>
        <source>%1 used, %2 left after this</source>
        <translation>%1 utilisés, il restera %2</translation>
    </message>
    <message>
        <source>Card %1 cannot be used</source>
        <translation>La carte %1 est inutilisable</translation>
    </message>
    <message>
        <source>Card %1: %2</source>
        <translation>Carte %1 : %2</translation>
    </message>
</context>
<context>
    <name>BasketLine</name>
    <message>
        <source>%1 / %2</source>
        <translation>%1 / %2</translation>
    </message>
    <message>
        <source>%1 each</source>
        <translation>%1 l’unité</translation>
    </message>
</context>
<context>
    <name>BasketPanel</name>
    <message>
        <source>Add customer</source>
        <translation>Ajouter un client</translation>
    </message>
    <message>
        <source>Customer</source>
        <translation>Client</translation>
    </message>
    <message>
        <source>Park the basket</source>
        <translation>Mettre le panier en attente</translation>
    </message>
    <message>
        <source>Parked baskets</source>
        <translation>Paniers en attente</translation>
    </message>
    <message>
        <source>Empty the basket</source>
        <translation>Vider le panier</translation>
    </message>
    <message>
        <source>Scan a barcode or tap a product.</source>
        <translation>Scannez un code-barres ou touchez un produit.</translation>
    </message>
    <message>
        <source>The basket is empty</source>
        <translation>Le panier est vide</translation>
    </message>
    <message>
        <source>Discount code</source>
        <translation>Code de remise</translation>
    </message>
    <message>
        <source>Gift card</source>
        <translation>Carte cadeau</translation>
    </message>
    <message>
        <source>Pay</source>
        <translation>Encaisser</translation>
    </message>
</context>
<context>
    <name>BasketTotals</name>
    <message>
        <source>Subtotal</source>
        <translation>Sous-total</translation>
    </message>
    <message>
        <source>incl. %1 %2</source>
        <translation>dont %1 %2</translation>
    </message>
    <message>
        <source>%1 %2</source>
        <translation>%1 %2</translation>
    </message>
    <message>
        <source>Total</source>
        <translation>Total</translation>
    </message>
    <message>
        <source>Gift card %1</source>
        <translation>Carte cadeau %1</translation>
    </message>
</context>
<context>
    <name>BatchList</name>
    <message>
        <source>Lots, first to expire first</source>
        <translation>Lots, le premier à expirer d’abord</translation>
    </message>
    <message>
        <source>Recalled: never sold</source>
        <translation>Rappelé : jamais vendu</translation>
    </message>
    <message>
        <source>Expired on %1: never sold</source>
        <translation>Expiré le %1 : jamais vendu</translation>
    </message>
    <message>
        <source>until %1</source>
        <translation>jusqu’au %1</translation>
    </message>
    <message>
        <source>no end</source>
        <translation>sans fin</translation>
    </message>
</context>
<context>
    <name>CashForm</name>
    <message>
        <source>Cash given</source>
        <translation>Espèces reçues</translation>
    </message>
    <message>
        <source>Change</source>
        <translation>Monnaie</translation>
    </message>
    <message>
        <source>Still to pay after this</source>
        <translation>Restera à payer</translation>
    </message>
    <message>
        <source>Take this part</source>
        <translation>Encaisser cette part</translation>
    </message>
    <message>
        <source>Take cash</source>
        <translation>Encaisser en espèces</translation>
    </message>
</context>
<context>
    <name>Categories</name>
    <message>
        <source>All</source>
        <translation>Tout</translation>
    </message>
</context>
<context>
    <name>CodeSheet</name>
    <message>
        <source>Please scan this code with your phone</source>
        <translation>Scannez ce code avec votre téléphone</translation>
    </message>
    <message>
        <source>Code with the link to finish the order</source>
        <translation>Code avec le lien pour terminer la commande</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>Terminé</translation>
    </message>
</context>
<context>
    <name>ConnectionDetail</name>
    <message>
        <source>Syncing…</source>
        <translation>Synchronisation…</translation>
    </message>
    <message>
        <source>Sync now</source>
        <translation>Synchroniser</translation>
    </message>
    <message numerus="yes">
        <source>%n order(s) wait for it. </source>
        <translation>
            <numerusform>%n commande l’attend. </numerusform>
            <numerusform>%n commandes l’attendent. </numerusform>
        </translation>
    </message>
    <message>
        <source>Not disconnected</source>
        <translation>Non déconnecté</translation>
    </message>
    <message>
        <source>State</source>
        <translation>État</translation>
    </message>
    <message>
        <source>Location</source>
        <translation>Lieu</translation>
    </message>
    <message>
        <source>Signed in until</source>
        <translation>Connecté jusqu’au</translation>
    </message>
    <message>
        <source>no end</source>
        <translation>sans limite</translation>
    </message>
    <message>
        <source>Last contact</source>
        <translation>Dernier contact</translation>
    </message>
    <message>
        <source>%1 ago</source>
        <translation>il y a %1</translation>
    </message>
    <message>
        <source>never</source>
        <translation>jamais</translation>
    </message>
    <message>
        <source>Waiting for it</source>
        <translation>En attente</translation>
    </message>
    <message numerus="yes">
        <source>%n order(s)</source>
        <translation>
            <numerusform>%n commande</numerusform>
            <numerusform>%n commandes</numerusform>
        </translation>
    </message>
    <message>
        <source>Look at these there; each is read again when it changes. The rest is up to date.</source>
        <translation>Regardez-les là-bas ; chacun est relu quand il change. Le reste est à jour.</translation>
    </message>
    <message numerus="yes">
        <source>%n object(s) could not be understood</source>
        <translation>
            <numerusform>%n objet n&apos;a pas pu être compris</numerusform>
            <numerusform>%n objets n&apos;ont pas pu être compris</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>and %n more</source>
        <translation>
            <numerusform>et %n de plus</numerusform>
            <numerusform>et %n de plus</numerusform>
        </translation>
    </message>
    <message>
        <source>What it can do</source>
        <translation>Ce qu’il sait faire</translation>
    </message>
    <message>
        <source>No: %1</source>
        <translation>Non : %1</translation>
    </message>
    <message>
        <source>Last calls</source>
        <translation>Derniers appels</translation>
    </message>
    <message>
        <source>no answer</source>
        <translation>sans réponse</translation>
    </message>
    <message>
        <source>%1 ms</source>
        <translation>%1 ms</translation>
    </message>
    <message>
        <source>Disconnect it?</source>
        <translation>Le déconnecter ?</translation>
    </message>
    <message>
        <source>Disconnect</source>
        <translation>Déconnecter</translation>
    </message>
</context>
<context>
    <name>ConnectionForm</name>
    <message>
        <source>Keys are sealed on this till and never shown again.</source>
        <translation>Les clés sont scellées sur cette caisse et ne sont plus jamais affichées.</translation>
    </message>
    <message>
        <source>Connect %1</source>
        <translation>Connecter %1</translation>
    </message>
    <message>
        <source>%1 (optional)</source>
        <translation>%1 (facultatif)</translation>
    </message>
    <message>
        <source>This does not look right. %1</source>
        <translation>Cela ne semble pas correct. %1</translation>
    </message>
    <message>
        <source>Fewer fields</source>
        <translation>Moins de champs</translation>
    </message>
    <message>
        <source>More fields</source>
        <translation>Plus de champs</translation>
    </message>
    <message>
        <source>Making one real call…</source>
        <translation>Un appel réel est en cours…</translation>
    </message>
    <message>
        <source>Account %1, answered in %2 ms.</source>
        <translation>Compte %1, réponse en %2 ms.</translation>
    </message>
    <message>
        <source>It works</source>
        <translation>Cela fonctionne</translation>
    </message>
    <message>
        <source>Which place is this till at?</source>
        <translation>Dans quel magasin est cette caisse ?</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Annuler</translation>
    </message>
    <message>
        <source>Test</source>
        <translation>Tester</translation>
    </message>
    <message>
        <source>Test and save</source>
        <translation>Tester et enregistrer</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>Enregistrer</translation>
    </message>
</context>
<context>
    <name>ConnectionsScreen</name>
    <message>
        <source>The systems this till talks to.</source>
        <translation>Les systèmes avec lesquels cette caisse échange.</translation>
    </message>
    <message>
        <source>Systems</source>
        <translation>Systèmes</translation>
    </message>
    <message>
        <source>Connect a system</source>
        <translation>Connecter un système</translation>
    </message>
    <message>
        <source>Choose one at the left, or connect another.</source>
        <translation>Choisissez-en un à gauche ou connectez-en un autre.</translation>
    </message>
    <message>
        <source>No system chosen</source>
        <translation>Aucun système choisi</translation>
    </message>
    <message>
        <source>What do you want to connect?</source>
        <translation>Que voulez-vous connecter ?</translation>
    </message>
</context>
<context>
    <name>CounterRow</name>
    <message>
        <source>Check the age</source>
        <translation>Contrôler l’âge</translation>
    </message>
    <message>
        <source>Limit %1</source>
        <translation>Limite %1</translation>
    </message>
    <message>
        <source>Medical card expired on %1</source>
        <translation>Carte médicale expirée le %1</translation>
    </message>
    <message>
        <source>Medical card valid until %1</source>
        <translation>Carte médicale valable jusqu’au %1</translation>
    </message>
</context>
<context>
    <name>CounterWords</name>
    <message>
        <source>flower</source>
        <translation>fleur</translation>
    </message>
    <message>
        <source>concentrate</source>
        <translation>concentré</translation>
    </message>
    <message>
        <source>edibles</source>
        <translation>comestibles</translation>
    </message>
    <message>
        <source>liquids</source>
        <translation>liquides</translation>
    </message>
    <message>
        <source>topicals</source>
        <translation>topiques</translation>
    </message>
    <message>
        <source>plants</source>
        <translation>plantes</translation>
    </message>
    <message>
        <source>seeds</source>
        <translation>graines</translation>
    </message>
    <message>
        <source>%1 mg THC of %2</source>
        <translation>%1 mg de THC en %2</translation>
    </message>
    <message>
        <source>%1 %2</source>
        <comment>a number of things</comment>
        <translation>%1 %2</translation>
    </message>
    <message>
        <source>%1 %2 of %3</source>
        <translation>%1 %2 de %3</translation>
    </message>
    <message>
        <source>at one visit</source>
        <translation>par visite</translation>
    </message>
    <message numerus="yes">
        <source>in %n day(s)</source>
        <translation>
            <numerusform>en %n jour</numerusform>
            <numerusform>en %n jours</numerusform>
        </translation>
    </message>
    <message>
        <source>a day</source>
        <translation>par jour</translation>
    </message>
    <message>
        <source>Patients</source>
        <translation>Patients</translation>
    </message>
    <message>
        <source>Adults</source>
        <translation>Adultes</translation>
    </message>
    <message>
        <source>Too much</source>
        <translation>Trop</translation>
    </message>
    <message>
        <source>Full</source>
        <translation>Atteint</translation>
    </message>
    <message>
        <source>Nearly full</source>
        <translation>Presque atteint</translation>
    </message>
    <message>
        <source>Room left</source>
        <translation>Encore possible</translation>
    </message>
    <message>
        <source>%1+ checked by %2</source>
        <translation>%1+ contrôlé par %2</translation>
    </message>
    <message>
        <source>Age checked by %1</source>
        <translation>Âge contrôlé par %1</translation>
    </message>
    <message>
        <source>Too young, under %1</source>
        <translation>Trop jeune, moins de %1 ans</translation>
    </message>
    <message>
        <source>Age not checked</source>
        <translation>Âge non contrôlé</translation>
    </message>
    <message>
        <source>licence scanned</source>
        <translation>pièce scannée</translation>
    </message>
    <message>
        <source>known customer</source>
        <translation>client connu</translation>
    </message>
    <message>
        <source>date of birth typed</source>
        <translation>date de naissance saisie</translation>
    </message>
    <message>
        <source>Indica</source>
        <translation>Indica</translation>
    </message>
    <message>
        <source>Sativa</source>
        <translation>Sativa</translation>
    </message>
    <message>
        <source>Hybrid</source>
        <translation>Hybride</translation>
    </message>
    <message>
        <source>Mostly indica</source>
        <translation>Surtout indica</translation>
    </message>
    <message>
        <source>Mostly sativa</source>
        <translation>Surtout sativa</translation>
    </message>
    <message>
        <source>CBD</source>
        <translation>CBD</translation>
    </message>
    <message>
        <source>Characters made plain</source>
        <translation>Caractères simplifiés</translation>
    </message>
    <message>
        <source>Prefix taken off</source>
        <translation>Préfixe retiré</translation>
    </message>
    <message>
        <source>Suffix taken off</source>
        <translation>Suffixe retiré</translation>
    </message>
    <message>
        <source>Brand taken off</source>
        <translation>Marque retirée</translation>
    </message>
    <message>
        <source>Capitals written as words</source>
        <translation>Majuscules écrites en mots</translation>
    </message>
</context>
<context>
    <name>CustomerSheet</name>
    <message>
        <source>Customer</source>
        <translation>Client</translation>
    </message>
    <message>
        <source>Search by name, phone, e-mail or licence.</source>
        <translation>Cherchez par nom, téléphone, e-mail ou pièce.</translation>
    </message>
    <message>
        <source>Medical card expired on %1</source>
        <translation>Carte médicale expirée le %1</translation>
    </message>
    <message>
        <source>Medical card valid until %1</source>
        <translation>Carte médicale valable jusqu’au %1</translation>
    </message>
    <message>
        <source>Medical card</source>
        <translation>Carte médicale</translation>
    </message>
    <message>
        <source>Name, phone, e-mail or licence</source>
        <translation>Nom, téléphone, e-mail ou pièce</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Retirer</translation>
    </message>
    <message>
        <source>Nobody found</source>
        <translation>Personne trouvée</translation>
    </message>
</context>
<context>
    <name>DueCard</name>
    <message>
        <source>To pay</source>
        <translation>À payer</translation>
    </message>
    <message>
        <source>Total</source>
        <translation>Total</translation>
    </message>
    <message>
        <source>Given so far</source>
        <translation>Déjà reçu</translation>
    </message>
    <message>
        <source>Take back %1</source>
        <translation>Reprendre %1</translation>
    </message>
    <message>
        <source>Back to the basket</source>
        <translation>Retour au panier</translation>
    </message>
</context>
<context>
    <name>GiftCardsScreen</name>
    <message>
        <source>Pay with a card</source>
        <translation>Payer avec une carte</translation>
    </message>
    <message>
        <source>Sell a new card</source>
        <translation>Vendre une nouvelle carte</translation>
    </message>
    <message>
        <source>Add money to a card</source>
        <translation>Recharger une carte</translation>
    </message>
    <message>
        <source>Pay with a card while offline</source>
        <translation>Payer avec une carte hors ligne</translation>
    </message>
    <message>
        <source>Paid with</source>
        <translation>Paiement</translation>
    </message>
    <message>
        <source>Given back</source>
        <translation>Rendu</translation>
    </message>
    <message>
        <source>Sold</source>
        <translation>Vente</translation>
    </message>
    <message>
        <source>Reloaded</source>
        <translation>Recharge</translation>
    </message>
    <message>
        <source>Scan or type a code to see what is on the card.</source>
        <translation>Scannez ou saisissez un code pour voir le solde de la carte.</translation>
    </message>
    <message>
        <source>Gift cards</source>
        <translation>Cartes cadeaux</translation>
    </message>
    <message>
        <source>Gift card code</source>
        <translation>Code de la carte cadeau</translation>
    </message>
    <message>
        <source>Checking…</source>
        <translation>Vérification…</translation>
    </message>
    <message>
        <source>Check</source>
        <translation>Vérifier</translation>
    </message>
    <message>
        <source>Sell or reload</source>
        <translation>Vendre ou recharger</translation>
    </message>
    <message>
        <source>The balance comes from the system that sold the card.</source>
        <translation>Le solde vient du système qui a vendu la carte.</translation>
    </message>
    <message>
        <source>No card yet</source>
        <translation>Pas encore de carte</translation>
    </message>
    <message>
        <source>Card %1</source>
        <translation>Carte %1</translation>
    </message>
    <message>
        <source>Can be used</source>
        <translation>Utilisable</translation>
    </message>
    <message>
        <source>Expired</source>
        <translation>Expirée</translation>
    </message>
    <message>
        <source>Blocked</source>
        <translation>Bloquée</translation>
    </message>
    <message>
        <source>%1 ago</source>
        <translation>il y a %1</translation>
    </message>
    <message>
        <source>valid until %1</source>
        <translation>valable jusqu’au %1</translation>
    </message>
    <message>
        <source>What this shop can do</source>
        <translation>Ce que ce magasin peut faire</translation>
    </message>
    <message>
        <source>Today</source>
        <translation>Aujourd’hui</translation>
    </message>
    <message>
        <source>No card was used today</source>
        <translation>Aucune carte utilisée aujourd’hui</translation>
    </message>
</context>
<context>
    <name>HealthChart</name>
    <message>
        <source>Sent in the hour</source>
        <translation>Envoyées dans l’heure</translation>
    </message>
    <message>
        <source>Waiting at most</source>
        <translation>En attente au plus</translation>
    </message>
</context>
<context>
    <name>HelpSheet</name>
    <message>
        <source>Help</source>
        <translation>Aide</translation>
    </message>
    <message>
        <source>Every key works on any screen. A barcode scan needs no field.</source>
        <translation>Les touches fonctionnent sur tous les écrans. Scanner ne demande aucun champ.</translation>
    </message>
    <message>
        <source>This sheet</source>
        <translation>Cette feuille</translation>
    </message>
    <message>
        <source>Search products</source>
        <translation>Chercher des produits</translation>
    </message>
    <message>
        <source>Details of the product with the focus (or hold it)</source>
        <translation>Détails du produit actif (ou appui long)</translation>
    </message>
    <message>
        <source>Choose the customer</source>
        <translation>Choisir le client</translation>
    </message>
    <message>
        <source>Orders and returns</source>
        <translation>Commandes et retours</translation>
    </message>
    <message>
        <source>Check the age</source>
        <translation>Contrôler l’âge</translation>
    </message>
    <message>
        <source>Park the basket</source>
        <translation>Mettre le panier en attente</translation>
    </message>
    <message>
        <source>Bring a parked basket back</source>
        <translation>Reprendre un panier en attente</translation>
    </message>
    <message>
        <source>Pay</source>
        <translation>Encaisser</translation>
    </message>
    <message>
        <source>Lock the till</source>
        <translation>Verrouiller la caisse</translation>
    </message>
    <message>
        <source>Close what is open</source>
        <translation>Fermer ce qui est ouvert</translation>
    </message>
    <message>
        <source>When the network is gone</source>
        <translation>Quand le réseau est coupé</translation>
    </message>
    <message>
        <source>Selling goes on. Each sale is safe on this till the moment it is paid, and is sent once, by itself, when the network is back. The bar at the bottom says what waits.</source>
        <translation>La vente continue. Chaque vente est en sécurité sur cette caisse dès qu’elle est payée, et part une seule fois, d’elle-même, quand le réseau revient. La barre du bas dit ce qui attend.</translation>
    </message>
</context>
<context>
    <name>InlineConfirm</name>
    <message>
        <source>Keep</source>
        <translation>Garder</translation>
    </message>
</context>
<context>
    <name>LimitMeter</name>
    <message>
        <source>%1 used</source>
        <translation>%1 utilisés</translation>
    </message>
    <message>
        <source>Left: %1</source>
        <translation>Reste : %1</translation>
    </message>
    <message>
        <source> or </source>
        <comment>between two amounts</comment>
        <translation> ou </translation>
    </message>
    <message>
        <source>%1 of it bought before</source>
        <translation>dont %1 acheté avant</translation>
    </message>
</context>
<context>
    <name>LimitsMeter</name>
    <message>
        <source>POS: %1 left, said %2 ago</source>
        <translation>Caisse : reste %1, dit il y a %2</translation>
    </message>
    <message>
        <source>Ask the POS again</source>
        <translation>Redemander à la caisse</translation>
    </message>
</context>
<context>
    <name>LimitsTab</name>
    <message>
        <source>The till refuses what passes a limit, and asks for the age and the medical card.</source>
        <translation>La caisse refuse ce qui dépasse une limite et demande l’âge et la carte médicale.</translation>
    </message>
    <message>
        <source>Nothing is limited. The age is asked for only where a product says so.</source>
        <translation>Rien n’est limité. L’âge n’est demandé que si un produit l’exige.</translation>
    </message>
    <message>
        <source>The rules of %1 are in force</source>
        <translation>Les règles de %1 sont en vigueur</translation>
    </message>
    <message>
        <source>Purchase limits are off</source>
        <translation>Les limites d’achat sont désactivées</translation>
    </message>
    <message>
        <source>Sell without limits?</source>
        <translation>Vendre sans limites ?</translation>
    </message>
    <message>
        <source>Turn off</source>
        <translation>Désactiver</translation>
    </message>
    <message>
        <source>Rules to begin with</source>
        <translation>Règles pour commencer</translation>
    </message>
    <message>
        <source>Laws change and places add their own. Compare each number with the source below before you use them; who chooses them is written down.</source>
        <translation>Les lois changent et chaque lieu ajoute les siennes. Comparez chaque chiffre à la source avant de les utiliser ; qui les choisit est noté.</translation>
    </message>
    <message>
        <source>These are samples. They must be proved.</source>
        <translation>Ce sont des exemples. Il faut les vérifier.</translation>
    </message>
    <message>
        <source>In force</source>
        <translation>En vigueur</translation>
    </message>
    <message>
        <source>I have proved them: use %1</source>
        <translation>Je les ai vérifiées : utiliser %1</translation>
    </message>
</context>
<context>
    <name>LineTools</name>
    <message>
        <source>Line discount</source>
        <translation>Remise sur la ligne</translation>
    </message>
    <message>
        <source>Take off a percentage</source>
        <translation>Retirer un pourcentage</translation>
    </message>
    <message>
        <source>Take off an amount</source>
        <translation>Retirer un montant</translation>
    </message>
    <message>
        <source>Note</source>
        <translation>Note</translation>
    </message>
    <message>
        <source>Weight</source>
        <translation>Poids</translation>
    </message>
    <message>
        <source>Quantity</source>
        <translation>Quantité</translation>
    </message>
    <message>
        <source>About the product</source>
        <translation>À propos du produit</translation>
    </message>
    <message>
        <source>Other price</source>
        <translation>Autre prix</translation>
    </message>
    <message>
        <source>Remove the line</source>
        <translation>Retirer la ligne</translation>
    </message>
</context>
<context>
    <name>LoadForm</name>
    <message>
        <source>Sell or reload a card</source>
        <translation>Vendre ou recharger une carte</translation>
    </message>
    <message>
        <source>Take the money first. A new code makes a new card; a known one gets the amount on top.</source>
        <translation>Encaissez d’abord. Un nouveau code crée une carte ; une carte connue reçoit le montant en plus.</translation>
    </message>
    <message>
        <source>Gift card code</source>
        <translation>Code de la carte</translation>
    </message>
    <message>
        <source>Amount in %1</source>
        <translation>Montant en %1</translation>
    </message>
    <message>
        <source>Reference on the slip</source>
        <translation>Référence du ticket</translation>
    </message>
    <message>
        <source>Last four digits</source>
        <translation>Quatre derniers chiffres</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Annuler</translation>
    </message>
    <message>
        <source>Put the amount on the card</source>
        <translation>Mettre le montant sur la carte</translation>
    </message>
</context>
<context>
    <name>LockScreen</name>
    <message>
        <source>Who is selling?</source>
        <translation>Qui est à la caisse ?</translation>
    </message>
    <message>
        <source>Tap your name, then enter your PIN.</source>
        <translation>Touchez votre nom, puis saisissez votre code.</translation>
    </message>
    <message>
        <source>Hello, %1</source>
        <translation>Bonjour, %1</translation>
    </message>
    <message numerus="yes">
        <source>%n digit(s) entered</source>
        <translation>
            <numerusform>%n chiffre saisi</numerusform>
            <numerusform>%n chiffres saisis</numerusform>
        </translation>
    </message>
    <message>
        <source>Try again in %1.</source>
        <translation>Réessayez dans %1.</translation>
    </message>
    <message>
        <source>Too many wrong tries.</source>
        <translation>Trop d’essais erronés.</translation>
    </message>
    <message>
        <source>That PIN is not right.</source>
        <translation>Ce code n’est pas le bon.</translation>
    </message>
    <message>
        <source>Sign in</source>
        <translation>Se connecter</translation>
    </message>
    <message>
        <source>Somebody else</source>
        <translation>Quelqu’un d’autre</translation>
    </message>
    <message>
        <source>Who runs this shop?</source>
        <translation>Qui dirige ce magasin ?</translation>
    </message>
    <message>
        <source>The first person is a manager: they may approve, connect and add others.</source>
        <translation>La première personne est responsable : elle peut approuver, connecter et ajouter d’autres personnes.</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Nom</translation>
    </message>
    <message>
        <source>PIN of six to eight digits</source>
        <translation>Code de six à huit chiffres</translation>
    </message>
    <message>
        <source>The same PIN again</source>
        <translation>Le même code encore une fois</translation>
    </message>
    <message>
        <source>Continue</source>
        <translation>Continuer</translation>
    </message>
</context>
<context>
    <name>NameExamples</name>
    <message>
        <source>What changes here</source>
        <translation>Ce qui change ici</translation>
    </message>
    <message>
        <source>These rules change no product of this store.</source>
        <translation>Ces règles ne changent aucun produit de ce magasin.</translation>
    </message>
    <message>
        <source>Before: %1</source>
        <translation>Avant : %1</translation>
    </message>
</context>
<context>
    <name>NameRules</name>
    <message>
        <source>What is done to names</source>
        <translation>Ce qui est fait aux noms</translation>
    </message>
    <message>
        <source>Off: names stay as each system writes them.</source>
        <translation>Désactivé : les noms restent tels que chaque système les écrit.</translation>
    </message>
    <message>
        <source>Clean up names</source>
        <translation>Nettoyer les noms</translation>
    </message>
    <message>
        <source>Odd spaces, dashes, quotes, invisible marks</source>
        <translation>Espaces, tirets, guillemets étranges, marques invisibles</translation>
    </message>
    <message>
        <source>Make characters plain</source>
        <translation>Simplifier les caractères</translation>
    </message>
    <message>
        <source>Only names without a small letter</source>
        <translation>Seulement les noms sans minuscule</translation>
    </message>
    <message>
        <source>Write capitals as words</source>
        <translation>Écrire les majuscules en mots</translation>
    </message>
    <message>
        <source>Where the name begins with it</source>
        <translation>Là où le nom commence par elle</translation>
    </message>
    <message>
        <source>Take the brand off the name</source>
        <translation>Retirer la marque du nom</translation>
    </message>
    <message>
        <source>Words taken off the front, with commas</source>
        <translation>Mots retirés au début, avec des virgules</translation>
    </message>
    <message>
        <source>Prefixes</source>
        <translation>Préfixes</translation>
    </message>
    <message>
        <source>Words taken off the end, with commas</source>
        <translation>Mots retirés à la fin, avec des virgules</translation>
    </message>
    <message>
        <source>Suffixes</source>
        <translation>Suffixes</translation>
    </message>
    <message>
        <source>Strain and potencies that a text states</source>
        <translation>Variété et teneurs qu’un texte indique</translation>
    </message>
    <message>
        <source>Read facts from texts</source>
        <translation>Lire les faits dans les textes</translation>
    </message>
    <message>
        <source>Put goods on our shelves</source>
        <translation>Mettre les articles dans nos rayons</translation>
    </message>
    <message>
        <source>Where facts are stated</source>
        <translation>Si des faits sont indiqués</translation>
    </message>
    <message>
        <source>Always</source>
        <translation>Toujours</translation>
    </message>
    <message>
        <source>Never</source>
        <translation>Jamais</translation>
    </message>
</context>
<context>
    <name>NamesTab</name>
    <message>
        <source>Not kept yet. Products are read again with the new rules.</source>
        <translation>Pas encore gardé. Les produits sont relus avec les nouvelles règles.</translation>
    </message>
    <message>
        <source>Discard</source>
        <translation>Abandonner</translation>
    </message>
    <message>
        <source>Keep these rules</source>
        <translation>Garder ces règles</translation>
    </message>
</context>
<context>
    <name>NavRail</name>
    <message>
        <source>Sell</source>
        <translation>Vendre</translation>
    </message>
    <message>
        <source>Orders</source>
        <translation>Commandes</translation>
    </message>
    <message>
        <source>Gift cards</source>
        <translation>Cartes cadeaux</translation>
    </message>
    <message>
        <source>Queue</source>
        <translation>File</translation>
    </message>
    <message>
        <source>Overview</source>
        <translation>Bilan</translation>
    </message>
    <message>
        <source>Rules</source>
        <translation>Règles</translation>
    </message>
    <message>
        <source>Systems</source>
        <translation>Systèmes</translation>
    </message>
    <message>
        <source>Help</source>
        <translation>Aide</translation>
    </message>
    <message>
        <source>Lock</source>
        <translation>Verrouiller</translation>
    </message>
    <message>
        <source>Signed in: %1</source>
        <translation>Connecté : %1</translation>
    </message>
</context>
<context>
    <name>NumberPad</name>
    <message>
        <source>Delete the last digit</source>
        <translation>Effacer le dernier chiffre</translation>
    </message>
    <message>
        <source>Clear</source>
        <translation>Effacer</translation>
    </message>
</context>
<context>
    <name>OrderDetail</name>
    <message>
        <source>Back to the list</source>
        <translation>Retour à la liste</translation>
    </message>
    <message>
        <source>Total</source>
        <translation>Total</translation>
    </message>
    <message>
        <source>Given back %1 · %2</source>
        <translation>Rendu %1 · %2</translation>
    </message>
    <message>
        <source>Its way</source>
        <translation>Son chemin</translation>
    </message>
    <message>
        <source>Reference %1</source>
        <translation>Référence %1</translation>
    </message>
    <message>
        <source>Give something back</source>
        <translation>Rendre un article</translation>
    </message>
    <message>
        <source>All of it was given back</source>
        <translation>Tout a été rendu</translation>
    </message>
</context>
<context>
    <name>OrdersScreen</name>
    <message>
        <source>Today&apos;s first. Scan a receipt to open its order.</source>
        <translation>Celles du jour d’abord. Scannez un reçu pour ouvrir sa commande.</translation>
    </message>
    <message>
        <source>Orders</source>
        <translation>Commandes</translation>
    </message>
    <message>
        <source>Number, name or reference</source>
        <translation>Numéro, nom ou référence</translation>
    </message>
    <message>
        <source>Try the number on the receipt.</source>
        <translation>Essayez le numéro du reçu.</translation>
    </message>
    <message>
        <source>Sales show here the moment they are paid.</source>
        <translation>Les ventes apparaissent ici dès qu’elles sont payées.</translation>
    </message>
    <message>
        <source>No order has “%1”</source>
        <translation>Aucune commande ne contient « %1 »</translation>
    </message>
    <message>
        <source>No order yet</source>
        <translation>Pas encore de commande</translation>
    </message>
    <message>
        <source>What was sold, how it was paid, and how far it came.</source>
        <translation>Ce qui a été vendu, comment c’est payé et où elle en est.</translation>
    </message>
    <message>
        <source>Choose an order</source>
        <translation>Choisissez une commande</translation>
    </message>
</context>
<context>
    <name>OverviewScreen</name>
    <message>
        <source>%1 more than a week ago</source>
        <translation>%1 de plus qu’il y a une semaine</translation>
    </message>
    <message>
        <source>%1 less than a week ago</source>
        <translation>%1 de moins qu’il y a une semaine</translation>
    </message>
    <message>
        <source>Today</source>
        <translation>Aujourd’hui</translation>
    </message>
    <message>
        <source>Sales</source>
        <translation>Ventes</translation>
    </message>
    <message>
        <source>Orders</source>
        <translation>Commandes</translation>
    </message>
    <message>
        <source>Average order</source>
        <translation>Panier moyen</translation>
    </message>
    <message>
        <source>Discounts given</source>
        <translation>Remises accordées</translation>
    </message>
    <message>
        <source>Sales by hour</source>
        <translation>Ventes par heure</translation>
    </message>
    <message>
        <source>Needs a decision</source>
        <translation>Une décision à prendre</translation>
    </message>
    <message>
        <source>Nothing waits for you</source>
        <translation>Rien ne vous attend</translation>
    </message>
    <message>
        <source>Sync health</source>
        <translation>Santé de la synchronisation</translation>
    </message>
    <message numerus="yes">
        <source>%n time(s)</source>
        <translation>
            <numerusform>%n fois</numerusform>
            <numerusform>%n fois</numerusform>
        </translation>
    </message>
    <message>
        <source>How it was paid</source>
        <translation>Modes de paiement</translation>
    </message>
    <message>
        <source>Sold most</source>
        <translation>Les plus vendus</translation>
    </message>
    <message>
        <source>%1 × %2</source>
        <translation>%1 × %2</translation>
    </message>
</context>
<context>
    <name>ParkedSheet</name>
    <message>
        <source>The basket you have now is parked in exchange.</source>
        <translation>Le panier actuel est mis en attente en échange.</translation>
    </message>
    <message>
        <source>Parked baskets</source>
        <translation>Paniers en attente</translation>
    </message>
    <message numerus="yes">
        <source>%n article(s)</source>
        <translation>
            <numerusform>%n article</numerusform>
            <numerusform>%n articles</numerusform>
        </translation>
    </message>
    <message>
        <source>%1 ago</source>
        <translation>il y a %1</translation>
    </message>
    <message>
        <source>Without a name</source>
        <translation>Sans nom</translation>
    </message>
    <message>
        <source>F8 parks the basket of a customer who comes back.</source>
        <translation>F8 met en attente le panier d’un client qui revient.</translation>
    </message>
    <message>
        <source>Nothing is parked</source>
        <translation>Rien en attente</translation>
    </message>
</context>
<context>
    <name>PriceSheet</name>
    <message>
        <source>%1, now %2 each</source>
        <translation>%1, actuellement %2 l’unité</translation>
    </message>
    <message>
        <source>Other price</source>
        <translation>Autre prix</translation>
    </message>
    <message>
        <source>New price for one, in %1</source>
        <translation>Nouveau prix à l’unité, en %1</translation>
    </message>
    <message>
        <source>Who approves it?</source>
        <translation>Qui l’approuve ?</translation>
    </message>
    <message>
        <source>Their PIN</source>
        <translation>Son code</translation>
    </message>
    <message>
        <source>Checking…</source>
        <translation>Vérification…</translation>
    </message>
    <message>
        <source>Approve the price</source>
        <translation>Approuver le prix</translation>
    </message>
    <message>
        <source>Who approved it is kept with the sale.</source>
        <translation>Qui l’a approuvé reste enregistré avec la vente.</translation>
    </message>
</context>
<context>
    <name>ProductFacts</name>
    <message>
        <source>Strain</source>
        <translation>Variété</translation>
    </message>
    <message>
        <source>Potency</source>
        <translation>Teneur</translation>
    </message>
    <message>
        <source>Effects</source>
        <translation>Effets</translation>
    </message>
    <message>
        <source>Flavours</source>
        <translation>Saveurs</translation>
    </message>
    <message>
        <source>Patients only</source>
        <translation>Patients seulement</translation>
    </message>
    <message>
        <source>From %1 years on</source>
        <translation>À partir de %1 ans</translation>
    </message>
</context>
<context>
    <name>ProductGrid</name>
    <message>
        <source>Try fewer letters, or scan the barcode.</source>
        <translation>Essayez moins de lettres ou scannez le code-barres.</translation>
    </message>
    <message>
        <source>Connect a system, then sync its catalog.</source>
        <translation>Connectez un système, puis synchronisez son catalogue.</translation>
    </message>
    <message>
        <source>Nothing is called “%1”</source>
        <translation>Rien ne s’appelle « %1 »</translation>
    </message>
    <message>
        <source>No products yet</source>
        <translation>Pas encore de produits</translation>
    </message>
</context>
<context>
    <name>ProductTile</name>
    <message numerus="yes">
        <source>%n kind(s)</source>
        <translation>
            <numerusform>%n sorte</numerusform>
            <numerusform>%n sortes</numerusform>
        </translation>
    </message>
    <message>
        <source>%1 / %2</source>
        <translation>%1 / %2</translation>
    </message>
    <message>
        <source>from %1</source>
        <translation>dès %1</translation>
    </message>
    <message>
        <source>Not counted</source>
        <translation>Non compté</translation>
    </message>
    <message>
        <source>Sold out</source>
        <translation>Épuisé</translation>
    </message>
    <message>
        <source>%1 left</source>
        <translation>reste %1</translation>
    </message>
</context>
<context>
    <name>QueueRow</name>
    <message>
        <source>Order %1 to %2: %3</source>
        <translation>Commande %1 vers %2 : %3</translation>
    </message>
    <message>
        <source>%1 ago</source>
        <translation>il y a %1</translation>
    </message>
    <message>
        <source>Next try in %1</source>
        <translation>Prochain essai dans %1</translation>
    </message>
    <message>
        <source>Its turn comes soon.</source>
        <translation>Son tour arrive bientôt.</translation>
    </message>
    <message>
        <source>%1 says: %2</source>
        <translation>%1 répond : %2</translation>
    </message>
    <message numerus="yes">
        <source>%n try(tries)</source>
        <translation>
            <numerusform>%n essai</numerusform>
            <numerusform>%n essais</numerusform>
        </translation>
    </message>
    <message>
        <source>next in %1</source>
        <translation>le prochain dans %1</translation>
    </message>
    <message>
        <source>sold by %1</source>
        <translation>vendu par %1</translation>
    </message>
    <message>
        <source>Set aside</source>
        <translation>Mettre de côté</translation>
    </message>
    <message>
        <source>Ask %1</source>
        <translation>Interroger %1</translation>
    </message>
    <message>
        <source>Try now</source>
        <translation>Essayer maintenant</translation>
    </message>
</context>
<context>
    <name>QueueScreen</name>
    <message>
        <source>Every order has arrived where it belongs.</source>
        <translation>Chaque commande est arrivée à destination.</translation>
    </message>
    <message numerus="yes">
        <source>about %n order(s) a minute</source>
        <translation>
            <numerusform>environ %n commande par minute</numerusform>
            <numerusform>environ %n commandes par minute</numerusform>
        </translation>
    </message>
    <message>
        <source>empty in about %1</source>
        <translation>vide dans environ %1</translation>
    </message>
    <message>
        <source>when it will be empty cannot be told yet</source>
        <translation>on ne peut pas encore dire quand elle sera vide</translation>
    </message>
    <message>
        <source>Queue</source>
        <translation>File</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>Exporter</translation>
    </message>
    <message>
        <source>Save the queue to a file</source>
        <translation>Enregistrer la file dans un fichier</translation>
    </message>
    <message>
        <source>Try all now</source>
        <translation>Tout essayer</translation>
    </message>
    <message>
        <source>Waiting</source>
        <translation>En attente</translation>
    </message>
    <message>
        <source>Oldest</source>
        <translation>La plus ancienne</translation>
    </message>
    <message>
        <source>Need you</source>
        <translation>À traiter</translation>
    </message>
    <message>
        <source>Saved to %1</source>
        <translation>Enregistré dans %1</translation>
    </message>
    <message>
        <source>Orders show here until their system has confirmed them.</source>
        <translation>Les commandes restent ici jusqu’à la confirmation du système.</translation>
    </message>
    <message>
        <source>Nothing waits</source>
        <translation>Rien n’attend</translation>
    </message>
</context>
<context>
    <name>ReceiptScreen</name>
    <message>
        <source>Sale saved</source>
        <translation>Vente enregistrée</translation>
    </message>
    <message>
        <source>Change to give</source>
        <translation>Monnaie à rendre</translation>
    </message>
    <message>
        <source>Paid in full</source>
        <translation>Payé en totalité</translation>
    </message>
    <message>
        <source>Receipt %1 · reference %2</source>
        <translation>Reçu %1 · référence %2</translation>
    </message>
    <message>
        <source>New sale</source>
        <translation>Nouvelle vente</translation>
    </message>
    <message>
        <source>Receipt</source>
        <translation>Reçu</translation>
    </message>
    <message>
        <source>Printing…</source>
        <translation>Impression…</translation>
    </message>
    <message>
        <source>Printed</source>
        <translation>Imprimé</translation>
    </message>
    <message>
        <source>Print</source>
        <translation>Imprimer</translation>
    </message>
    <message>
        <source>Phone</source>
        <translation>Téléphone</translation>
    </message>
    <message>
        <source>Sent</source>
        <translation>Envoyé</translation>
    </message>
    <message>
        <source>Text</source>
        <translation>SMS</translation>
    </message>
    <message>
        <source>E-mail</source>
        <translation>E-mail</translation>
    </message>
    <message>
        <source>The sale stands. Try again or choose another way.</source>
        <translation>La vente est valable. Réessayez ou choisissez un autre moyen.</translation>
    </message>
    <message>
        <source>Where it goes</source>
        <translation>Où elle va</translation>
    </message>
</context>
<context>
    <name>ReferenceForm</name>
    <message>
        <source>Take the payment on the terminal, then write down what its slip says.</source>
        <translation>Encaissez sur le terminal, puis notez ce que dit son ticket.</translation>
    </message>
    <message>
        <source>Scan or type the code of the card.</source>
        <translation>Scannez ou saisissez le code de la carte.</translation>
    </message>
    <message>
        <source>Say how it is paid: voucher, invoice, on account.</source>
        <translation>Indiquez le mode : bon, facture, en compte.</translation>
    </message>
    <message>
        <source>Amount</source>
        <translation>Montant</translation>
    </message>
    <message>
        <source>Reference on the slip</source>
        <translation>Référence sur le ticket</translation>
    </message>
    <message>
        <source>Gift card code</source>
        <translation>Code de la carte cadeau</translation>
    </message>
    <message>
        <source>Way of paying</source>
        <translation>Mode de paiement</translation>
    </message>
    <message>
        <source>Last four digits</source>
        <translation>Quatre derniers chiffres</translation>
    </message>
    <message>
        <source>Take this part</source>
        <translation>Encaisser cette part</translation>
    </message>
    <message>
        <source>Take payment</source>
        <translation>Encaisser</translation>
    </message>
    <message>
        <source>No clear answer</source>
        <translation>Pas de réponse claire</translation>
    </message>
    <message>
        <source>The terminal did not say whether the card was charged</source>
        <translation>Le terminal n’a pas dit si la carte a été débitée</translation>
    </message>
</context>
<context>
    <name>Refusal</name>
    <message>
        <source>Rules</source>
        <translation>Règles</translation>
    </message>
</context>
<context>
    <name>ReturnPanel</name>
    <message>
        <source>What comes back, at the price that was paid.</source>
        <translation>Ce qui revient, au prix payé.</translation>
    </message>
    <message>
        <source>Return on %1</source>
        <translation>Retour sur %1</translation>
    </message>
    <message>
        <source>%1 of %2 left to return</source>
        <translation>%1 sur %2 encore à rendre</translation>
    </message>
    <message>
        <source>One less of %1</source>
        <translation>Un de moins : %1</translation>
    </message>
    <message>
        <source>One more of %1</source>
        <translation>Un de plus : %1</translation>
    </message>
    <message>
        <source>All that is left</source>
        <translation>Tout ce qui reste</translation>
    </message>
    <message>
        <source>To give back</source>
        <translation>À rendre</translation>
    </message>
    <message>
        <source>Reason</source>
        <translation>Motif</translation>
    </message>
    <message>
        <source>Who approves it?</source>
        <translation>Qui l’approuve ?</translation>
    </message>
    <message>
        <source>Their PIN</source>
        <translation>Son code</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Annuler</translation>
    </message>
    <message>
        <source>Give back</source>
        <translation>Rendre</translation>
    </message>
</context>
<context>
    <name>RuleSet</name>
    <message>
        <source>from %1 years on</source>
        <translation>à partir de %1 ans</translation>
    </message>
    <message>
        <source> or </source>
        <comment>between two amounts</comment>
        <translation> ou </translation>
    </message>
    <message>
        <source>Source: %1. As of %2.</source>
        <translation>Source : %1. Au %2.</translation>
    </message>
</context>
<context>
    <name>RulesScreen</name>
    <message>
        <source>Nothing here changes what a system holds.</source>
        <translation>Rien ici ne change ce que garde un système.</translation>
    </message>
    <message>
        <source>Rules</source>
        <translation>Règles</translation>
    </message>
    <message>
        <source>Limits</source>
        <translation>Limites</translation>
    </message>
    <message>
        <source>Names and categories</source>
        <translation>Noms et catégories</translation>
    </message>
</context>
<context>
    <name>SearchField</name>
    <message>
        <source>Clear the search</source>
        <translation>Effacer la recherche</translation>
    </message>
</context>
<context>
    <name>SellScreen</name>
    <message>
        <source>Search by name, SKU or barcode</source>
        <translation>Chercher par nom, SKU ou code-barres</translation>
    </message>
    <message>
        <source>Search for the product by name, or sync the catalog.</source>
        <translation>Cherchez le produit par nom ou synchronisez le catalogue.</translation>
    </message>
    <message>
        <source>Nothing has the code %1.</source>
        <translation>Rien ne porte le code %1.</translation>
    </message>
    <message>
        <source>Basket emptied</source>
        <translation>Panier vidé</translation>
    </message>
    <message>
        <source>%1 removed</source>
        <translation>%1 : retiré</translation>
    </message>
</context>
<context>
    <name>SettleForm</name>
    <message>
        <source>Look for the order at %1. Is it there?</source>
        <translation>Cherchez la commande chez %1. Y est-elle ?</translation>
    </message>
    <message>
        <source>It is there…</source>
        <translation>Elle y est…</translation>
    </message>
    <message>
        <source>It is not there: send it</source>
        <translation>Elle n’y est pas : l’envoyer</translation>
    </message>
    <message>
        <source>Its number at %1</source>
        <translation>Son numéro chez %1</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Annuler</translation>
    </message>
    <message>
        <source>Mark as sent</source>
        <translation>Marquer comme envoyée</translation>
    </message>
    <message>
        <source>If it is there after all, it will be there twice. Send it?</source>
        <translation>Si elle y est finalement, elle y sera deux fois. L’envoyer ?</translation>
    </message>
    <message>
        <source>Yes, send it</source>
        <translation>Oui, l’envoyer</translation>
    </message>
</context>
<context>
    <name>SettleTerminal</name>
    <message>
        <source>Did the card payment go through?</source>
        <translation>Le paiement par carte est-il passé ?</translation>
    </message>
    <message>
        <source>The terminal gave no clear answer. Look at its display or its slip before you take anything else.</source>
        <translation>Le terminal n’a pas répondu clairement. Regardez son écran ou son ticket avant tout autre encaissement.</translation>
    </message>
    <message>
        <source>Yes, it shows approved</source>
        <translation>Oui, il affiche accepté</translation>
    </message>
    <message>
        <source>No, nothing was taken</source>
        <translation>Non, rien n’a été débité</translation>
    </message>
</context>
<context>
    <name>Sheet</name>
    <message>
        <source>Close</source>
        <translation>Fermer</translation>
    </message>
</context>
<context>
    <name>ShelfSheet</name>
    <message numerus="yes">
        <source>%n product(s) use it. The purchase limits count by the shelf.</source>
        <translation>
            <numerusform>%n produit l’utilise. Les limites d’achat comptent par rayon.</numerusform>
            <numerusform>%n produits l’utilisent. Les limites d’achat comptent par rayon.</numerusform>
        </translation>
    </message>
    <message>
        <source>Where does “%1” belong?</source>
        <translation>Où va « %1 » ?</translation>
    </message>
</context>
<context>
    <name>ShelfWords</name>
    <message>
        <source>Category words that no shelf takes</source>
        <translation>Catégories sans rayon</translation>
    </message>
    <message>
        <source>Every category has its shelf.</source>
        <translation>Chaque catégorie a son rayon.</translation>
    </message>
    <message numerus="yes">
        <source>%n product(s)</source>
        <translation>
            <numerusform>%n produit</numerusform>
            <numerusform>%n produits</numerusform>
        </translation>
    </message>
    <message>
        <source>Without a category: give them one at the system</source>
        <translation>Sans catégorie : donnez-en une dans le système</translation>
    </message>
    <message>
        <source>Our own words</source>
        <translation>Nos propres mots</translation>
    </message>
    <message>
        <source>Forget %1</source>
        <translation>Oublier %1</translation>
    </message>
</context>
<context>
    <name>Stepper</name>
    <message>
        <source>One less: %1</source>
        <translation>Un de moins : %1</translation>
    </message>
    <message>
        <source>One more: %1</source>
        <translation>Un de plus : %1</translation>
    </message>
</context>
<context>
    <name>SyncBar</name>
    <message>
        <source>All sent</source>
        <translation>Tout est envoyé</translation>
    </message>
    <message numerus="yes">
        <source>%n waiting, oldest %1</source>
        <translation>
            <numerusform>%n en attente, la plus ancienne %1</numerusform>
            <numerusform>%n en attente, la plus ancienne %1</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Offline: selling goes on · %n order(s) kept here</source>
        <translation>
            <numerusform>Hors ligne : la vente continue · %n commande gardée ici</numerusform>
            <numerusform>Hors ligne : la vente continue · %n commandes gardées ici</numerusform>
        </translation>
    </message>
    <message>
        <source>Offline: selling goes on</source>
        <translation>Hors ligne : la vente continue</translation>
    </message>
    <message>
        <source>Sign in to %1</source>
        <translation>Connectez-vous à %1</translation>
    </message>
    <message numerus="yes">
        <source>%n order(s) need you</source>
        <translation>
            <numerusform>%n commande à traiter</numerusform>
            <numerusform>%n commandes à traiter</numerusform>
        </translation>
    </message>
    <message>
        <source>Opens the queue</source>
        <translation>Ouvre la file</translation>
    </message>
    <message>
        <source>Last contact %1</source>
        <translation>Dernier contact %1</translation>
    </message>
    <message>
        <source>Shift open since %1</source>
        <translation>Service ouvert depuis %1</translation>
    </message>
    <message>
        <source>No shift open</source>
        <translation>Aucun service ouvert</translation>
    </message>
</context>
<context>
    <name>TargetRow</name>
    <message>
        <source>Number there: %1</source>
        <translation>Numéro là-bas : %1</translation>
    </message>
    <message>
        <source>since %1</source>
        <translation>depuis %1</translation>
    </message>
    <message>
        <source>Code with the link to finish the order</source>
        <translation>Code avec le lien pour terminer la commande</translation>
    </message>
    <message>
        <source>The customer finishes this order at %1 with their own phone.</source>
        <translation>Le client termine cette commande chez %1 avec son téléphone.</translation>
    </message>
    <message>
        <source>Show it large</source>
        <translation>L’afficher en grand</translation>
    </message>
    <message>
        <source>Show the code</source>
        <translation>Afficher le code</translation>
    </message>
</context>
<context>
    <name>Toast</name>
    <message>
        <source>Undo</source>
        <translation>Annuler</translation>
    </message>
</context>
<context>
    <name>TryName</name>
    <message>
        <source>Try a name</source>
        <translation>Essayer un nom</translation>
    </message>
    <message>
        <source>A product&apos;s name</source>
        <translation>Le nom d’un produit</translation>
    </message>
    <message>
        <source>Its brand</source>
        <translation>Sa marque</translation>
    </message>
    <message>
        <source>Its category</source>
        <translation>Sa catégorie</translation>
    </message>
    <message>
        <source>Shelf: %1</source>
        <translation>Rayon : %1</translation>
    </message>
    <message>
        <source>On no shelf</source>
        <translation>Dans aucun rayon</translation>
    </message>
</context>
<context>
    <name>VariantRow</name>
    <message>
        <source>Sold out</source>
        <translation>Épuisé</translation>
    </message>
    <message>
        <source>%1 left</source>
        <translation>reste %1</translation>
    </message>
    <message>
        <source>%1 / %2</source>
        <translation>%1 / %2</translation>
    </message>
    <message>
        <source>At least %1 %3, in steps of %2 %3</source>
        <translation>Au moins %1 %3, par pas de %2 %3</translation>
    </message>
    <message>
        <source>Too little. %1</source>
        <translation>Trop peu. %1</translation>
    </message>
    <message>
        <source>Not on a step. %1</source>
        <translation>Hors du pas. %1</translation>
    </message>
    <message>
        <source>This is no weight. %1</source>
        <translation>Ce n’est pas un poids. %1</translation>
    </message>
    <message>
        <source>%1 %2 for %3</source>
        <translation>%1 %2 pour %3</translation>
    </message>
    <message>
        <source>Take this weight</source>
        <translation>Prendre ce poids</translation>
    </message>
</context>
<context>
    <name>VariantSheet</name>
    <message>
        <source>Enter the weight, then choose.</source>
        <translation>Saisissez le poids, puis choisissez.</translation>
    </message>
    <message>
        <source>Which one?</source>
        <translation>Lequel ?</translation>
    </message>
    <message>
        <source>Weight in %1</source>
        <translation>Poids en %1</translation>
    </message>
</context>
<context>
    <name>WelcomeScreen</name>
    <message>
        <source>Welcome to posbridge</source>
        <translation>Bienvenue dans posbridge</translation>
    </message>
    <message>
        <source>A till that sells with no network and brings every sale, exactly once, to your POS and your online shop.</source>
        <translation>Une caisse qui vend sans réseau et transmet chaque vente, exactement une fois, à votre système de caisse et à votre boutique en ligne.</translation>
    </message>
    <message>
        <source>Your POS or your online shop: enter its keys, and one real call proves them.</source>
        <translation>Votre système de caisse ou votre boutique en ligne : saisissez ses clés, un appel réel les vérifie.</translation>
    </message>
    <message>
        <source>Connect a system</source>
        <translation>Connecter un système</translation>
    </message>
    <message>
        <source>A shop with products, people and two simulated systems. Nothing leaves this machine.</source>
        <translation>Un magasin avec produits, équipe et deux systèmes simulés. Rien ne quitte cette machine.</translation>
    </message>
    <message>
        <source>Opening the demo shop…</source>
        <translation>Ouverture du magasin d’essai…</translation>
    </message>
    <message>
        <source>Try the demo shop</source>
        <translation>Essayer le magasin d’essai</translation>
    </message>
</context>
<context>
    <name>Words</name>
    <message>
        <source>Cash</source>
        <translation>Espèces</translation>
    </message>
    <message>
        <source>Card terminal</source>
        <translation>Terminal de carte</translation>
    </message>
    <message>
        <source>Gift card</source>
        <translation>Carte cadeau</translation>
    </message>
    <message>
        <source>Other</source>
        <translation>Autre</translation>
    </message>
    <message>
        <source>Owner</source>
        <translation>Propriétaire</translation>
    </message>
    <message>
        <source>Manager</source>
        <translation>Responsable</translation>
    </message>
    <message>
        <source>Supervisor</source>
        <translation>Superviseur</translation>
    </message>
    <message>
        <source>Cashier</source>
        <translation>Caisse</translation>
    </message>
    <message>
        <source>Confirmed</source>
        <translation>Confirmée</translation>
    </message>
    <message>
        <source>Waiting</source>
        <translation>En attente</translation>
    </message>
    <message>
        <source>Sending</source>
        <translation>Envoi</translation>
    </message>
    <message>
        <source>Checking</source>
        <translation>Vérification</translation>
    </message>
    <message>
        <source>Held back</source>
        <translation>Retenue</translation>
    </message>
    <message>
        <source>Refused</source>
        <translation>Refusée</translation>
    </message>
    <message>
        <source>Set aside</source>
        <translation>Mettre de côté</translation>
    </message>
    <message>
        <source>Waits there</source>
        <translation>Attend là-bas</translation>
    </message>
    <message>
        <source>Look there</source>
        <translation>À vérifier</translation>
    </message>
    <message>
        <source>The system could not be reached.</source>
        <translation>Le système est injoignable.</translation>
    </message>
    <message>
        <source>There is no network.</source>
        <translation>Il n’y a pas de réseau.</translation>
    </message>
    <message>
        <source>The system asked us to slow down.</source>
        <translation>Le système demande de ralentir.</translation>
    </message>
    <message>
        <source>No answer came back. It may have arrived.</source>
        <translation>Aucune réponse. Elle est peut-être arrivée.</translation>
    </message>
    <message>
        <source>The system does not accept our sign-in.</source>
        <translation>Le système refuse notre connexion.</translation>
    </message>
    <message>
        <source>Access was withdrawn at the system.</source>
        <translation>L’accès a été retiré par le système.</translation>
    </message>
    <message>
        <source>A permission is missing at the system.</source>
        <translation>Une autorisation manque dans le système.</translation>
    </message>
    <message>
        <source>The system refused the order as it is.</source>
        <translation>Le système refuse la commande telle quelle.</translation>
    </message>
    <message>
        <source>It was changed on the other side.</source>
        <translation>Modifié de l’autre côté.</translation>
    </message>
    <message>
        <source>The system does not know it.</source>
        <translation>Le système ne le connaît pas.</translation>
    </message>
    <message>
        <source>The system cannot do this.</source>
        <translation>Le système ne sait pas le faire.</translation>
    </message>
    <message>
        <source>An earlier order goes first.</source>
        <translation>Une commande antérieure passe d’abord.</translation>
    </message>
    <message>
        <source>It has expired.</source>
        <translation>Il a expiré.</translation>
    </message>
    <message>
        <source>It is not valid yet.</source>
        <translation>Pas encore valable.</translation>
    </message>
    <message>
        <source>It has been used up.</source>
        <translation>Il est épuisé.</translation>
    </message>
    <message>
        <source>The basket is below the minimum.</source>
        <translation>Le panier est sous le minimum.</translation>
    </message>
    <message>
        <source>Nothing in the basket qualifies.</source>
        <translation>Rien dans le panier n’y donne droit.</translation>
    </message>
    <message>
        <source>The printer did not answer.</source>
        <translation>L’imprimante ne répond pas.</translation>
    </message>
    <message>
        <source>The key is wrong.</source>
        <translation>La clé est incorrecte.</translation>
    </message>
    <message>
        <source>Orders still wait for this system.</source>
        <translation>Des commandes attendent encore ce système.</translation>
    </message>
    <message>
        <source>Messaging is not connected.</source>
        <translation>La messagerie n’est pas connectée.</translation>
    </message>
    <message>
        <source>No printer is connected.</source>
        <translation>Aucune imprimante n’est connectée.</translation>
    </message>
    <message>
        <source>E-mail is not set up.</source>
        <translation>L’e-mail n’est pas configuré.</translation>
    </message>
    <message>
        <source>A manager has to approve this.</source>
        <translation>Un responsable doit l’approuver.</translation>
    </message>
    <message>
        <source>That PIN is not right.</source>
        <translation>Ce code n’est pas le bon.</translation>
    </message>
    <message>
        <source>Too many wrong tries.</source>
        <translation>Trop d’essais erronés.</translation>
    </message>
    <message>
        <source>There is no such system at this address.</source>
        <translation>Ce système n’est pas à cette adresse.</translation>
    </message>
    <message>
        <source>Not reached yet.</source>
        <translation>Pas encore joint.</translation>
    </message>
    <message>
        <source>A person set it aside.</source>
        <translation>Une personne l’a mise de côté.</translation>
    </message>
    <message>
        <source>Sent; it is read back to be sure.</source>
        <translation>Envoyée ; on la relit pour être sûr.</translation>
    </message>
    <message>
        <source>Not there yet; it is looked up once more before it is sent.</source>
        <translation>Pas encore là ; on vérifie encore avant de l’envoyer.</translation>
    </message>
    <message>
        <source>It is there but not finished yet.</source>
        <translation>Elle y est, mais pas terminée.</translation>
    </message>
    <message>
        <source>Nobody could tell whether it arrived: look at the system.</source>
        <translation>Impossible de savoir si elle est arrivée : regardez dans le système.</translation>
    </message>
    <message>
        <source>A backup was restored: it is looked up first.</source>
        <translation>Une sauvegarde a été restaurée : on vérifie d’abord.</translation>
    </message>
    <message>
        <source>No answer came back, and only a person can look whether it is there.</source>
        <translation>Aucune réponse, et seule une personne peut voir si elle y est.</translation>
    </message>
    <message>
        <source>Nobody knows this code.</source>
        <translation>Personne ne connaît ce code.</translation>
    </message>
    <message>
        <source>It is not active.</source>
        <translation>Il n’est pas actif.</translation>
    </message>
    <message>
        <source>The basket is above the maximum.</source>
        <translation>Le panier dépasse le maximum.</translation>
    </message>
    <message>
        <source>There are too few articles for it.</source>
        <translation>Il y a trop peu d’articles.</translation>
    </message>
    <message>
        <source>It is not for this customer.</source>
        <translation>Il n’est pas pour ce client.</translation>
    </message>
    <message>
        <source>It does not go with another discount.</source>
        <translation>Il ne se cumule pas avec une autre remise.</translation>
    </message>
    <message>
        <source>Nothing is left on it.</source>
        <translation>Il ne reste rien dessus.</translation>
    </message>
    <message>
        <source>A connected system takes one payment only.</source>
        <translation>Un système connecté n’accepte qu’un seul paiement.</translation>
    </message>
    <message>
        <source>Cards are sold at the system itself.</source>
        <translation>Les cartes se vendent dans le système lui-même.</translation>
    </message>
    <message>
        <source>Switched off in the settings.</source>
        <translation>Désactivé dans les réglages.</translation>
    </message>
    <message>
        <source>It did not work (%1).</source>
        <translation>Cela n’a pas marché (%1).</translation>
    </message>
    <message>
        <source>Nothing to do: it is tried again by itself.</source>
        <translation>Rien à faire : un nouvel essai est automatique.</translation>
    </message>
    <message>
        <source>Nothing to do: we look it up before sending again.</source>
        <translation>Rien à faire : on vérifie avant de renvoyer.</translation>
    </message>
    <message>
        <source>Sign in again under Systems.</source>
        <translation>Reconnectez-vous sous Systèmes.</translation>
    </message>
    <message>
        <source>Match the product, then try again.</source>
        <translation>Associez le produit, puis réessayez.</translation>
    </message>
    <message>
        <source>Correct the customer, then try again.</source>
        <translation>Corrigez le client, puis réessayez.</translation>
    </message>
    <message>
        <source>Ask a manager to decide.</source>
        <translation>Demandez à un responsable de décider.</translation>
    </message>
    <message>
        <source>Copy the key again from the system&apos;s settings page.</source>
        <translation>Copiez à nouveau la clé depuis les réglages du système.</translation>
    </message>
    <message>
        <source>Check the network cable or the Wi-Fi, then test again.</source>
        <translation>Vérifiez le câble réseau ou le Wi-Fi, puis retestez.</translation>
    </message>
    <message>
        <source>Give the key the permission that is named, then test again.</source>
        <translation>Donnez à la clé l’autorisation citée, puis retestez.</translation>
    </message>
    <message>
        <source>Check the address, then test again.</source>
        <translation>Vérifiez l’adresse, puis testez à nouveau.</translation>
    </message>
    <message>
        <source>Fill in the location, then test again.</source>
        <translation>Indiquez le magasin, puis testez à nouveau.</translation>
    </message>
    <message>
        <source>Empty the queue first, or set these orders aside.</source>
        <translation>Videz d’abord la file ou mettez ces commandes de côté.</translation>
    </message>
    <message>
        <source>from this till&apos;s memory</source>
        <translation>d’après la mémoire de cette caisse</translation>
    </message>
    <message>
        <source>checked at %1</source>
        <translation>vérifié chez %1</translation>
    </message>
    <message>
        <source>checked at the system</source>
        <translation>vérifié auprès du système</translation>
    </message>
    <message>
        <source>Working</source>
        <translation>En marche</translation>
    </message>
    <message>
        <source>Catching up</source>
        <translation>Rattrapage</translation>
    </message>
    <message>
        <source>Not reachable</source>
        <translation>Injoignable</translation>
    </message>
    <message>
        <source>Sign in again</source>
        <translation>À reconnecter</translation>
    </message>
    <message>
        <source>Needs you</source>
        <translation>À traiter</translation>
    </message>
    <message>
        <source>POS</source>
        <translation>Caisse</translation>
    </message>
    <message>
        <source>Online shop</source>
        <translation>Boutique en ligne</translation>
    </message>
    <message>
        <source>Messages</source>
        <translation>Messages</translation>
    </message>
    <message>
        <source>Analytics</source>
        <translation>Analyses</translation>
    </message>
    <message>
        <source>Split payments</source>
        <translation>Paiements fractionnés</translation>
    </message>
    <message>
        <source>Discounts on the whole order</source>
        <translation>Remises sur la commande</translation>
    </message>
    <message>
        <source>Refunds</source>
        <translation>Remboursements</translation>
    </message>
    <message>
        <source>Gift cards</source>
        <translation>Cartes cadeaux</translation>
    </message>
    <message>
        <source>News at once (webhooks)</source>
        <translation>Nouvelles immédiates (webhooks)</translation>
    </message>
    <message>
        <source>Stock both ways</source>
        <translation>Stock dans les deux sens</translation>
    </message>
    <message>
        <source>Order history: %1</source>
        <translation>Historique : %1</translation>
    </message>
    <message>
        <source>Orders that nobody has to confirm there</source>
        <translation>Commandes que personne ne doit confirmer là-bas</translation>
    </message>
    <message>
        <source>Payments along with the order</source>
        <translation>Paiements avec la commande</translation>
    </message>
    <message>
        <source>Gift cards: the balance only</source>
        <translation>Cartes cadeaux : le solde seulement</translation>
    </message>
    <message numerus="yes">
        <source>%n order(s) refused</source>
        <translation>
            <numerusform>%n commande refusée</numerusform>
            <numerusform>%n commandes refusées</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n system(s) to sign in to again</source>
        <translation>
            <numerusform>%n système où se reconnecter</numerusform>
            <numerusform>%n systèmes où se reconnecter</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n conflict(s) to settle</source>
        <translation>
            <numerusform>%n conflit à régler</numerusform>
            <numerusform>%n conflits à régler</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n product(s) without a match</source>
        <translation>
            <numerusform>%n produit sans équivalent</numerusform>
            <numerusform>%n produits sans équivalent</numerusform>
        </translation>
    </message>
    <message>
        <source>Kept here</source>
        <translation>Gardée ici</translation>
    </message>
    <message>
        <source>On its way</source>
        <translation>En route</translation>
    </message>
    <message>
        <source>Sold</source>
        <translation>Vendue</translation>
    </message>
    <message>
        <source>Sent to %1</source>
        <translation>Envoyée à %1</translation>
    </message>
    <message>
        <source>Waits for %1</source>
        <translation>Attend %1</translation>
    </message>
    <message>
        <source>Checking at %1</source>
        <translation>Vérification chez %1</translation>
    </message>
    <message>
        <source>Waits to be finished at %1</source>
        <translation>Attend d’être terminée chez %1</translation>
    </message>
    <message>
        <source>Held back from %1</source>
        <translation>Retenue pour %1</translation>
    </message>
    <message>
        <source>%1 refused it</source>
        <translation>%1 l’a refusée</translation>
    </message>
    <message>
        <source>Confirmed by %1</source>
        <translation>Confirmée par %1</translation>
    </message>
    <message>
        <source>Given back</source>
        <translation>Rendu</translation>
    </message>
</context>
</TS>
